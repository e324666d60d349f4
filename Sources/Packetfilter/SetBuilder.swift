import CNftnl
import LinuxSystem

/// Netlink messages that make a set and fill it. Pure as `RuleBuilder` is.
package enum SetBuilder {
    /// So many elements go in one message, which must stay below 64 KB and below the builder's buffer.
    package static let elementsInMessage = 256

    /// Like `add set … { type …; flags constant, interval; elements = … }`, without elements.
    /// `identifier`: its number within the batch.
    package static func newSet(
        _ set: PacketSet,
        table: FilterTable,
        identifier: UInt32,
        sequence: UInt32
    ) throws(FilterError) -> [UInt8] {
        let object = try object(set, table, identifier)
        let pointer = object.pointer
        var flags = NFT_SET_CONSTANT.rawValue
        if set.isIntervals { flags |= NFT_SET_INTERVAL.rawValue }
        nftnl_set_set_u32(pointer, UInt16(NFTNL_SET_FLAGS.rawValue), UInt32(flags))
        nftnl_set_set_u32(pointer, UInt16(NFTNL_SET_KEY_TYPE.rawValue), set.kind.rawValue)
        nftnl_set_set_u32(pointer, UInt16(NFTNL_SET_KEY_LEN.rawValue), UInt32(set.kind.length))
        // With the final size the kernel chooses the fastest form.
        let size = UInt32(truncatingIfNeeded: set.elements.count)
        nftnl_set_set_u32(pointer, UInt16(NFTNL_SET_DESC_SIZE.rawValue), size)
        return RuleBuilder.message {
            let header = header($0, NFT_MSG_NEWSET, table, sequence)
            nftnl_set_nlmsg_build_payload(header, pointer)
            return header
        }
    }

    /// Like `add element …`. At most `elementsInMessage`.
    package static func newElements(
        _ elements: some Collection<PacketSet.Element>,
        of set: PacketSet,
        table: FilterTable,
        identifier: UInt32,
        sequence: UInt32
    ) throws(FilterError) -> [UInt8] {
        let object = try object(set, table, identifier)
        for element in elements {
            guard let pointer = nftnl_set_elem_alloc() else {
                throw FilterError("allocate an element", errno: ENOMEM)
            }
            // The set frees it.
            nftnl_set_elem_add(object.pointer, pointer)
            _ = nftnl_set_elem_set(
                pointer,
                UInt16(NFTNL_SET_ELEM_KEY),
                element.key,
                UInt32(element.key.count)
            )
            if element.isEnd {
                let flag = UInt32(NFT_SET_ELEM_INTERVAL_END.rawValue)
                nftnl_set_elem_set_u32(pointer, UInt16(NFTNL_SET_ELEM_FLAGS), flag)
            }
        }
        return RuleBuilder.message {
            let header = header($0, NFT_MSG_NEWSETELEM, table, sequence)
            nftnl_set_elems_nlmsg_build_payload(header, object.pointer)
            return header
        }
    }

    private static func header(
        _ buffer: UnsafeMutablePointer<CChar>,
        _ type: nf_tables_msg_types,
        _ table: FilterTable,
        _ sequence: UInt32
    ) -> UnsafeMutablePointer<nlmsghdr>? {
        nftnl_nlmsg_build_hdr(
            buffer,
            UInt16(type.rawValue),
            UInt16(table.family.rawValue),
            UInt16(NLM_F_CREATE | NLM_F_ACK),
            sequence
        )
    }

    private static func object(
        _ set: PacketSet,
        _ table: FilterTable,
        _ identifier: UInt32
    ) throws(FilterError) -> ForeignHandle {
        guard let object = ForeignHandle(nftnl_set_alloc(), release: { nftnl_set_free($0) }) else {
            throw FilterError("allocate a set", errno: ENOMEM)
        }
        _ = nftnl_set_set_str(object.pointer, UInt16(NFTNL_SET_TABLE.rawValue), table.name)
        _ = nftnl_set_set_str(object.pointer, UInt16(NFTNL_SET_NAME.rawValue), set.name)
        nftnl_set_set_u32(object.pointer, UInt16(NFTNL_SET_FAMILY.rawValue), UInt32(table.family.rawValue))
        nftnl_set_set_u32(object.pointer, UInt16(NFTNL_SET_ID.rawValue), identifier)
        return object
    }
}

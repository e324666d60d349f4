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
        // The list is written here: libnftnl takes an allocation and more for each element.
        var message = RuleBuilder.message {
            let header = header($0, NFT_MSG_NEWSETELEM, table, sequence)
            nftnl_set_elems_nlmsg_build_payload(header, object.pointer)
            return header
        }
        let list = message.count
        message.reserveCapacity(list + 4 + elements.count * 44)
        // NFTA_SET_ELEM_LIST_ELEMENTS; its length follows.
        message += [0, 0, 3, 0x80]
        for (index, element) in elements.enumerated() { append(element, number: index + 1, to: &message) }
        message.replaceSubrange(list..<list + 2, with: hostOrder(UInt16(message.count - list)))
        message.replaceSubrange(0..<4, with: hostOrder(UInt32(message.count)))
        return message
    }

    /// NFTA_LIST_ELEM with NFTA_SET_ELEM_FLAGS (3) for an end and NFTA_SET_ELEM_KEY (1) of one NFTA_DATA_VALUE (1).
    private static func append(_ element: PacketSet.Element, number: Int, to message: inout [UInt8]) {
        let nested: UInt16 = 0x8000
        let add = { (length: Int, type: UInt16, message: inout [UInt8]) in
            message.append(UInt8(truncatingIfNeeded: length))
            message.append(UInt8(truncatingIfNeeded: length >> 8))
            message.append(UInt8(truncatingIfNeeded: type))
            message.append(UInt8(truncatingIfNeeded: type >> 8))
        }
        let padding = (4 - element.key.count % 4) % 4
        let key = 8 + element.key.count + padding
        add(4 + (element.isEnd ? 8 : 0) + key, UInt16(truncatingIfNeeded: number) | nested, &message)
        if element.isEnd {
            add(8, 3, &message)
            message.append(contentsOf: bigEndian(NFT_SET_ELEM_INTERVAL_END.rawValue))
        }
        add(key, 1 | nested, &message)
        add(4 + element.key.count, 1, &message)
        message.append(contentsOf: element.key)
        for _ in 0..<padding { message.append(0) }
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

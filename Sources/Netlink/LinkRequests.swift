import CNetlink
import Glibc
import LinuxSystem

/// Requests about interfaces, built by libnl-route and not sent. Like `ip link`.
extension Request {
    /// Like `ip link add NAME type bridge`; it is down until `setLink`.
    package static func addBridge(_ name: String) throws(NetlinkError) -> Request {
        try addLink("add bridge \(name)", name, rtnl_link_bridge_alloc()) { _ in }
    }

    /// Both ends of a virtual cable, both down. Like `ip link add NAME type veth peer name PEER netns …`.
    /// `peerNamespace`: a descriptor of the namespace that the other end is made in; nil: here.
    package static func addVeth(
        _ name: String,
        peer: String,
        peerNamespace: Int32? = nil
    ) throws(NetlinkError) -> Request {
        let operation = "add veth \(name) with peer \(peer)"
        try checkName(peer, operation)
        return try addLink(operation, name, rtnl_link_veth_alloc()) { link in
            guard let end = rtnl_link_veth_get_peer(link) else { return }
            // The getter hands out a reference of its own.
            defer { rtnl_link_put(end) }
            rtnl_link_set_name(end, peer)
            if let peerNamespace { rtnl_link_set_ns_fd(end, peerNamespace) }
        }
    }

    /// Any kind without parameters: "dummy", "ifb".
    package static func addLink(_ name: String, kind: String) throws(NetlinkError) -> Request {
        try addLink("add \(kind) \(name)", name, rtnl_link_alloc()) { rtnl_link_set_type($0, kind) }
    }

    /// Like `ip link set dev … up` or `down`.
    package static func setLink(_ index: Int32, up: Bool) throws(NetlinkError) -> Request {
        try changeLink("set link \(index) \(up ? "up" : "down")", index) { change in
            let flag = UInt32(IFF_UP)
            if up { rtnl_link_set_flags(change, flag) } else { rtnl_link_unset_flags(change, flag) }
        }
    }

    /// Makes it a port of the bridge; nil takes it out. Like `ip link set dev … master …`.
    package static func setLink(_ index: Int32, master: Int32?) throws(NetlinkError) -> Request {
        try changeLink("set master of link \(index) to \(master ?? 0)", index) {
            rtnl_link_set_master($0, master ?? 0)
        }
    }

    package static func setLink(_ index: Int32, mtu: UInt32) throws(NetlinkError) -> Request {
        try changeLink("set MTU of link \(index) to \(mtu)", index) { rtnl_link_set_mtu($0, mtu) }
    }

    /// No IPv6 address of its own, so that the interface sends nothing by itself. Like `ip link set dev … addrgenmode none`.
    /// The kernel refuses it (EAFNOSUPPORT) where it has no IPv6, and then it is not needed.
    static func setLinkSilent(_ index: Int32) -> Request {
        let none = Attribute(8, [UInt8(1)])  // IFLA_INET6_ADDR_GEN_MODE: IN6_ADDR_GEN_MODE_NONE
        let inet6 = Attribute(Int(AF_INET6), Attribute.encode([none]))
        return changeLink(
            "keep link \(index) silent",
            index,
            [Attribute(Int(IFLA_AF_SPEC), Attribute.encode([inet6]))]
        )
    }

    /// `address`: "02:00:00:00:00:01".
    static func setLink(_ index: Int32, hardwareAddress address: String) -> Request {
        let bytes = address.split(separator: ":").compactMap { UInt8($0, radix: 16) }
        return changeLink(
            "give link \(index) the address \(address)",
            index,
            [Attribute(Int(IFLA_ADDRESS), bytes)]
        )
    }

    /// `struct ifinfomsg`: family, padding, type, index, flags, mask of flags.
    private static func changeLink(_ operation: String, _ index: Int32, _ attributes: [Attribute]) -> Request
    {
        Request(
            operation: operation,
            type: Int(RTM_NEWLINK),
            flags: 0,
            payload: [0, 0, 0, 0] + Attribute.bytes(index) + [UInt8](repeating: 0, count: 8)
                + Attribute.encode(attributes)
        )
    }

    /// Of a veth, both ends. Like `ip link del`.
    package static func deleteLink(_ index: Int32) throws(NetlinkError) -> Request {
        let operation = "delete link \(index)"
        let link = try allocated(operation, rtnl_link_alloc())
        rtnl_link_set_ifindex(link.pointer, index)
        return try built(operation) { rtnl_link_build_delete_request(link.pointer, $0) }
    }

    package static let listLinks = Request(
        operation: "list links",
        type: Int(RTM_GETLINK),
        flags: Int(NLM_F_DUMP),
        payload: [UInt8](repeating: 0, count: 16)
    )

    private static func addLink(
        _ operation: String,
        _ name: String,
        _ pointer: OpaquePointer?,
        _ configure: (OpaquePointer) -> Void
    ) throws(NetlinkError) -> Request {
        try checkName(name, operation)
        let link = try allocated(operation, pointer)
        rtnl_link_set_name(link.pointer, name)
        configure(link.pointer)
        return try built(operation) {
            rtnl_link_build_add_request(link.pointer, Int32(NLM_F_CREATE | NLM_F_EXCL), $0)
        }
    }

    private static func changeLink(
        _ operation: String,
        _ index: Int32,
        _ configure: (OpaquePointer) -> Void
    ) throws(NetlinkError) -> Request {
        let link = try allocated(operation, rtnl_link_alloc())
        let change = try allocated(operation, rtnl_link_alloc())
        rtnl_link_set_ifindex(link.pointer, index)
        configure(change.pointer)
        return try built(operation) { rtnl_link_build_change_request(link.pointer, change.pointer, 0, $0) }
    }

    private static func allocated(
        _ operation: String,
        _ pointer: OpaquePointer?
    ) throws(NetlinkError) -> ForeignHandle {
        guard let handle = ForeignHandle(pointer, release: { rtnl_link_put($0) }) else {
            throw NetlinkError(operation: operation, library: 5, libraryText: "Out of memory")
        }
        return handle
    }

    /// libnl would send a name that is too long without its zero.
    private static func checkName(_ name: String, _ operation: String) throws(NetlinkError) {
        let forbidden: (Character) -> Bool = { $0 == "/" || $0 == ":" || $0.isWhitespace }
        guard (1...15).contains(name.utf8.count), !name.contains(where: forbidden), name != ".", name != ".."
        else {
            throw NetlinkError(
                operation,
                refused: "\"\(name)\" is no interface name: 1 to 15 bytes, no space, \"/\" or \":\""
            )
        }
    }
}

import CNetlink
import Glibc
import LinuxSystem

/// Requests about addresses and routes, built by libnl-route and not sent. Like `ip address` and `ip route`.
extension Request {
    /// Like `ip address add … dev …`; IPv6 without duplicate detection (`nodad`), so that it is usable at once.
    package static func addAddress(_ address: InterfaceAddress, to link: Int32) throws(NetlinkError)
        -> Request
    {
        let operation = "add address \(address) to link \(link)"
        let object = try self.object(operation, address, link)
        return try built(operation) {
            rtnl_addr_build_add_request(object.pointer, Int32(NLM_F_CREATE | NLM_F_EXCL), $0)
        }
    }

    package static func deleteAddress(_ address: InterfaceAddress, from link: Int32) throws(NetlinkError)
        -> Request
    {
        let operation = "delete address \(address) from link \(link)"
        let object = try self.object(operation, address, link)
        return try built(operation) { rtnl_addr_build_delete_request(object.pointer, 0, $0) }
    }

    package static let listAddresses = Request(
        operation: "list addresses",
        type: Int(RTM_GETADDR),
        flags: Int(NLM_F_DUMP),
        payload: [UInt8](repeating: 0, count: 8)
    )

    /// Like `ip route add DESTINATION via GATEWAY dev …`; the destination 0.0.0.0/0 is the default route, and without a
    /// gateway it is on the link.
    package static func addRoute(
        to destination: InterfaceAddress,
        via gateway: InterfaceAddress?,
        link: Int32
    ) throws(NetlinkError) -> Request {
        let operation = "add route to \(destination) via \(gateway?.host ?? "link") \(link)"
        if let gateway, gateway.family != destination.family {
            throw NetlinkError(operation, refused: "the gateway is of the other address family")
        }
        guard let route = ForeignHandle(rtnl_route_alloc(), release: { rtnl_route_put($0) }),
            let hop = rtnl_route_nh_alloc()
        else { throw outOfMemory(operation) }
        // The route owns the hop from here on.
        rtnl_route_add_nexthop(route.pointer, hop)
        rtnl_route_nh_set_ifindex(hop, link)
        if let gateway {
            let address = try self.address(operation, gateway)
            rtnl_route_nh_set_gateway(hop, address.pointer)
        }
        rtnl_route_set_scope(
            route.pointer,
            UInt8(gateway == nil ? RT_SCOPE_LINK.rawValue : RT_SCOPE_UNIVERSE.rawValue)
        )
        rtnl_route_set_family(route.pointer, UInt8(destination.familyNumber))
        let address = try self.address(operation, destination)
        rtnl_route_set_dst(route.pointer, address.pointer)
        return try built(operation) {
            rtnl_route_build_add_request(route.pointer, Int32(NLM_F_CREATE | NLM_F_EXCL), $0)
        }
    }

    private static func object(
        _ operation: String,
        _ address: InterfaceAddress,
        _ link: Int32
    ) throws(NetlinkError) -> ForeignHandle {
        guard let object = ForeignHandle(rtnl_addr_alloc(), release: { rtnl_addr_put($0) }) else {
            throw outOfMemory(operation)
        }
        rtnl_addr_set_ifindex(object.pointer, link)
        let local = try self.address(operation, address)
        rtnl_addr_set_local(object.pointer, local.pointer)
        if address.family == .v6 { rtnl_addr_set_flags(object.pointer, UInt32(IFA_F_NODAD)) }
        return object
    }

    private static func address(
        _ operation: String,
        _ address: InterfaceAddress
    ) throws(NetlinkError) -> ForeignHandle {
        let pointer = nl_addr_build(address.familyNumber, address.bytes, address.bytes.count)
        guard let handle = ForeignHandle(pointer, release: { nl_addr_put($0) }) else {
            throw outOfMemory(operation)
        }
        nl_addr_set_prefixlen(handle.pointer, Int32(address.prefixLength))
        return handle
    }

    private static func outOfMemory(_ operation: String) -> NetlinkError {
        NetlinkError(operation: operation, library: 5, libraryText: "Out of memory")
    }
}

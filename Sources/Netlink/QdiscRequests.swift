import CNetlink
import Glibc
import LinuxSystem
import Measures

/// Requests about qdiscs, built and not sent. Like `tc qdisc`.
extension Request {
    package enum QdiscAction: String, Sendable {
        /// Refused when there is one (of a handle that was given).
        case add
        /// Whatever is there goes.
        case replace
        /// Only the parameters of the one that is there.
        case change

        var flags: Int32 {
            switch self {
            case .add: Int32(NLM_F_CREATE | NLM_F_EXCL)
            case .replace: Int32(NLM_F_CREATE | NLM_F_REPLACE)
            case .change: 0
            }
        }
    }

    package static func qdisc(
        _ action: QdiscAction,
        _ qdisc: Qdisc,
        link: Int32,
        parent: Handle,
        handle: Handle
    ) throws(NetlinkError) -> Request {
        let operation = "\(action.rawValue) qdisc \(qdisc.kind) \(handle) below \(parent) of link \(link)"
        switch qdisc {
        case .prio(let bands, let priomap):
            return try prio(operation, action, bands, priomap, link, parent, handle)
        case .netem(let spec):
            let options = try NetemAttributes.options(spec, operation: operation)
            return Request(
                operation: operation,
                type: Int(RTM_NEWQDISC),
                flags: Int(action.flags),
                payload: header(link, handle, parent) + kind("netem", options)
            )
        case .other(let name, let options):
            return Request(
                operation: operation,
                type: Int(RTM_NEWQDISC),
                flags: Int(action.flags),
                payload: header(link, handle, parent) + kind(name, options)
            )
        }
    }

    /// Only the one of this handle and kind: the kernel compares both, so another's is never hit. Handle `unspecified`
    /// and kind nil take any.
    package static func deleteQdisc(link: Int32, parent: Handle, handle: Handle, kind: String?) -> Request {
        Request(
            operation: "delete qdisc \(kind ?? "") \(handle) below \(parent) of link \(link)",
            type: Int(RTM_DELQDISC),
            flags: 0,
            payload: header(link, handle, parent) + (kind.map { self.kind($0, nil) } ?? [])
        )
    }

    /// Of all links: the kernel's dump takes no filter for qdiscs. Default ones are shown (TCA_DUMP_INVISIBLE is not set,
    /// so those that the kernel hides stay hidden).
    package static let listQdiscs = Request(
        operation: "list qdiscs",
        type: Int(RTM_GETQDISC),
        flags: Int(NLM_F_DUMP),
        payload: header(0, .unspecified, .unspecified)
    )

    package static func listClasses(link: Int32) -> Request {
        Request(
            operation: "list classes of link \(link)",
            type: Int(RTM_GETTCLASS),
            flags: Int(NLM_F_DUMP),
            payload: header(link, .unspecified, .unspecified)
        )
    }

    /// Of one qdisc or class.
    package static func listFilters(link: Int32, parent: Handle) -> Request {
        Request(
            operation: "list filters at \(parent) of link \(link)",
            type: Int(RTM_GETTFILTER),
            flags: Int(NLM_F_DUMP),
            payload: header(link, .unspecified, parent)
        )
    }

    /// By libnl-route, which knows prio whole.
    private static func prio(
        _ operation: String,
        _ action: QdiscAction,
        _ bands: Int,
        _ priomap: [UInt8],
        _ link: Int32,
        _ parent: Handle,
        _ handle: Handle
    ) throws(NetlinkError) -> Request {
        guard (2...16).contains(bands), priomap.count == 16, priomap.allSatisfy({ $0 < bands }) else {
            throw NetlinkError(
                operation,
                refused: "prio has 2 to 16 bands, and 16 priorities that map to one of them"
            )
        }
        guard let qdisc = ForeignHandle(rtnl_qdisc_alloc(), release: { rtnl_qdisc_put($0) }) else {
            throw NetlinkError(operation: operation, library: 5, libraryText: "Out of memory")
        }
        let object = faultline_tc(qdisc.pointer)
        rtnl_tc_set_ifindex(object, link)
        rtnl_tc_set_parent(object, parent.number)
        rtnl_tc_set_handle(object, handle.number)
        var map = priomap
        let known = rtnl_tc_set_kind(object, "prio") == 0
        // In this order: the map is checked against the bands.
        if known { rtnl_qdisc_prio_set_bands(qdisc.pointer, Int32(bands)) }
        guard known, rtnl_qdisc_prio_set_priomap(qdisc.pointer, &map, Int32(map.count)) == 0 else {
            throw NetlinkError(operation, refused: "libnl-route knows no prio", exitCode: .defect)
        }
        return try built(operation) { rtnl_qdisc_build_add_request(qdisc.pointer, action.flags, $0) }
    }

    /// `struct tcmsg`: family and padding, interface, handle, parent, info.
    private static func header(_ link: Int32, _ handle: Handle, _ parent: Handle) -> [UInt8] {
        [0, 0, 0, 0] + Attribute.bytes(link) + Attribute.bytes(handle.number) + Attribute.bytes(parent.number)
            + [0, 0, 0, 0]
    }

    private static func kind(_ name: String, _ options: [UInt8]?) -> [UInt8] {
        Attribute.encode(
            [Attribute(Int(TCA_KIND), text: name)] + (options.map { [Attribute(Int(TCA_OPTIONS), $0)] } ?? [])
        )
    }
}

import CNetlink
import Glibc

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
        return Request(
            operation: operation,
            type: Int(RTM_NEWQDISC),
            flags: Int(action.flags),
            payload: header(link, handle, parent) + kind(qdisc.kind, try qdisc.options(operation))
        )
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

    /// `struct tcmsg`: family and padding, interface, handle, parent, info.
    static func header(_ link: Int32, _ handle: Handle, _ parent: Handle, info: UInt32 = 0) -> [UInt8] {
        [0, 0, 0, 0] + Attribute.bytes(link) + Attribute.bytes(handle.number) + Attribute.bytes(parent.number)
            + Attribute.bytes(info)
    }

    static func kind(_ name: String, _ options: [UInt8]?) -> [UInt8] {
        Attribute.encode(
            [Attribute(Int(TCA_KIND), text: name)] + (options.map { [Attribute(Int(TCA_OPTIONS), $0)] } ?? [])
        )
    }
}

extension Qdisc {
    /// TCA_OPTIONS; nil: it has none.
    fileprivate func options(_ operation: String) throws(NetlinkError) -> [UInt8]? {
        switch self {
        case .htb: ClassAttributes.root
        case .netem(let spec): try NetemAttributes.options(spec, operation: operation)
        case .tokenBucket(let bucket): bucket.options
        case .packetQueue(let limit): Attribute.bytes(limit)
        case .clsact: nil
        case .other(_, let options): options
        }
    }
}

import CNetlink

/// Everything that arrives at an interface of our own goes out by another. Like `tc filter add dev … ingress protocol all
/// u32 match u32 0 0 action mirred egress redirect dev …`.
struct RedirectFilter: Sendable, Hashable {
    enum Side: Sendable, Hashable {
        /// As if it were sent by the target.
        case leaving
        /// As if it had arrived at the target.
        case arriving
    }

    let link: Int32
    let target: Int32
    let side: Side

    var addRequest: Request {
        // Preference 1, and protocol ETH_P_ALL (3) in network order.
        let every = (UInt32(1) << 16) | UInt32(UInt16(3).bigEndian)
        return Request(
            operation: "redirect from link \(link) to link \(target)",
            type: Int(RTM_NEWTFILTER),
            flags: Int(NLM_F_CREATE | NLM_F_EXCL),
            payload: Request.header(link, .unspecified, Handle(0xffff, 0xfff2), info: every)
                + Request.kind(
                    "u32",
                    Attribute.encode([Attribute(Int(TCA_U32_ACT), Attribute.encode([action])), selector])
                )
        )
    }

    /// `struct tc_mirred`: index, capabilities, verdict (stolen), two counts, direction, interface.
    private var action: Attribute {
        let direction = side == .leaving ? UInt32(TCA_EGRESS_REDIR) : UInt32(TCA_INGRESS_REDIR)
        let words: [UInt32] = [0, 0, UInt32(TC_ACT_STOLEN), 0, 0, direction, UInt32(bitPattern: target)]
        let parameters = Attribute(Int(TCA_MIRRED_PARMS), words.flatMap { Attribute.bytes($0) })
        let options = Attribute(Int(TCA_ACT_OPTIONS), nested: [parameters])
        return Attribute(1, Attribute.encode([Attribute(Int(TCA_ACT_KIND), text: "mirred"), options]))
    }

    /// `struct tc_u32_sel`: flags (1: terminal), number of keys; then one key that every packet has: mask 0, value 0.
    private var selector: Attribute {
        let head: [UInt8] = [1, 0, 1] + [UInt8](repeating: 0, count: 13)
        return Attribute(Int(TCA_U32_SEL), head + [UInt8](repeating: 0, count: 16))
    }
}

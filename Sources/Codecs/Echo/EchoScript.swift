package import Plan

/// Datagrams that come back, by UDP or ICMP.
package struct EchoScript: ConversationScript, Equatable {
    enum Kind: Sendable {
        case udp
        case icmp
        case icmp6
    }

    let kind: Kind
    let payload: EchoRequestPlan.Payload
    /// Tells this load's datagrams from those of others, whose answers an ICMP socket sees as well.
    let token: UInt64
    /// Where what is sent differs.
    let template: PayloadTemplate?
    let checks: ContentChecks

    package var mayRepeat: Bool { false }
    package var carrier: Carrier { kind == .udp ? .datagram : .echo }
    /// Without a number in it, a late or doubled answer would pass for the next one's: it must find its socket closed.
    package var needsFreshConnection: Bool {
        guard case .fixed = payload else { return false }
        return true
    }

    /// - Parameter template: of what the plan sends; nil: it is the same each time.
    package init(
        udp plan: EchoRequestPlan,
        token: UInt64,
        checks: [AnswerCheck] = [],
        template: PayloadTemplate? = nil
    ) {
        kind = .udp
        payload = plan.payload
        self.token = token
        self.checks = ContentChecks(checks)
        self.template = template
    }

    package init(icmp plan: EchoRequestPlan, isIPv6: Bool, token: UInt64) {
        kind = isIPv6 ? .icmp6 : .icmp
        payload = plan.payload
        self.token = token
        template = nil
        checks = ContentChecks([])
    }
}

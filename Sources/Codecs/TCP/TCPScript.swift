package import Plan

package struct TCPScript: ConversationScript, Equatable {
    private let send: [UInt8]
    /// Where what is sent differs.
    let template: PayloadTemplate?
    let expect: TCPRequestPlan.Expectation
    let checks: ContentChecks
    /// Nobody knows what the bytes do.
    package var mayRepeat: Bool { false }
    package let needsFreshConnection: Bool

    /// - Parameter template: of what the plan sends; nil: it is the same each time.
    package init(
        _ plan: TCPRequestPlan,
        checks: [AnswerCheck] = [],
        template: PayloadTemplate? = nil
    ) {
        send = plan.send
        self.template = template
        expect = plan.expect == .echo && template == nil ? .bytes(plan.send) : plan.expect
        self.checks = ContentChecks(checks)
        // A connection is what is asked for, or the greeting on a new one.
        needsFreshConnection = plan.send.isEmpty || plan.expect == .nothing
    }

    /// What the request with this number sends.
    func write(_ number: UInt64, into output: inout OutputBytes) {
        if let template { template.write(number, into: &output) } else { output.append(send) }
    }
}

package import Plan

package struct TCPScript: ConversationScript, Equatable {
    let send: [UInt8]
    let expect: TCPRequestPlan.Expectation
    /// Nobody knows what the bytes do.
    package var mayRepeat: Bool { false }
    package let needsFreshConnection: Bool

    package init(_ plan: TCPRequestPlan) {
        send = plan.send
        expect = plan.expect == .echo ? .bytes(plan.send) : plan.expect
        // A connection is what is asked for, or the greeting on a new one.
        needsFreshConnection = plan.send.isEmpty || plan.expect == .nothing
    }
}

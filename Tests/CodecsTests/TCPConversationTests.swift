import Codecs
import Plan
import Recording
import Testing

@Suite struct TCPConversationTests {
    private func feeding(
        _ expect: TCPRequestPlan.Expectation,
        send: String = "ping\n"
    ) -> Feeding<TCPConversation> {
        Feeding(
            script: TCPScript(
                TCPRequestPlan(
                    target: HostPort(host: "x", port: 7),
                    send: Array(send.utf8),
                    expect: expect,
                    timeout: .seconds(1)
                )
            )
        )
    }

    @Test func `an answer ends where it was said to end, however it is cut`() {
        let ok = Progress.complete(.ok, reusable: true)
        feeding(.echo).expect(ok, of: Array("ping\n".utf8))
        feeding(.line).expect(ok, of: Array("+PONG\r\n".utf8))
        feeding(.count(7)).expect(ok, of: Array("1234567".utf8))
        feeding(.bytes([1, 2, 3])).expect(ok, of: [1, 2, 3])
        feeding(.line, send: "").expect(.complete(.ok, reusable: false), of: Array("SSH-2.0\r\n".utf8))
        #expect(feeding(.echo).run([Array("ping".utf8)]).0 == .incomplete)
        let more = Array("+PONG\r\n+PONG\r\n".utf8)
        #expect(feeding(.line).run([more]).0 == .complete(.ok, reusable: false), "nobody asked for more")
    }

    @Test func `other bytes are a wrong answer`() {
        let wrong = Progress.complete(.wrongAnswer, reusable: false)
        feeding(.echo).expect(wrong, of: Array("pong\n".utf8))
        feeding(.bytes([1, 2, 3])).expect(wrong, of: [1, 2, 4])
    }

    @Test func `a connection alone is complete at once and used once`() {
        let alone = feeding(.nothing, send: "")
        #expect(alone.script.needsFreshConnection)
        #expect(alone.run([]) == (.complete(.ok, reusable: false), []))
    }

    @Test func `what nobody asked for ends a connection`() {
        var conversation = TCPConversation(feeding(.echo).script)
        var output = OutputBytes()
        var position = 0
        let progress = [UInt8(1)].withUnsafeBytes { conversation.feed($0, from: &position, into: &output) }
        #expect(progress == .failed(.malformed))
    }
}

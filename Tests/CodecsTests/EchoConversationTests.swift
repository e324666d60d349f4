import Codecs
import Plan
import Recording
import Testing

@Suite struct EchoConversationTests {
    private func plan(_ payload: EchoRequestPlan.Payload) -> EchoRequestPlan {
        EchoRequestPlan(target: HostPort(host: "x", port: 7), payload: payload, timeout: .seconds(1))
    }

    private func udp(_ payload: EchoRequestPlan.Payload, number: UInt64 = 5) -> Feeding<EchoConversation> {
        Feeding(script: EchoScript(udp: plan(payload), token: 77), number: number)
    }

    private func icmp(isIPv6: Bool, number: UInt64 = 5, token: UInt64 = 77) -> Feeding<EchoConversation> {
        Feeding(
            script: EchoScript(icmp: plan(.numbered(size: 56)), isIPv6: isIPv6, token: token),
            number: number
        )
    }

    private static let ok = Progress.complete(.ok, reusable: true)

    @Test
    func `a datagram that comes back as it was is right, a late one is passed over, another one is wrong`() {
        let feeding = udp(.numbered(size: 64))
        let mine = feeding.run([]).1
        #expect(mine.count == 64)
        #expect(feeding.run([mine]).0 == Self.ok)
        let late = udp(.numbered(size: 64), number: 4).run([]).1
        #expect(feeding.run([late]).0 == .incomplete)
        #expect(feeding.run([late, mine]).0 == Self.ok)
        for index in mine.indices where !(8..<16).contains(index) {
            var changed = mine
            changed[index] ^= 1
            #expect(feeding.run([changed]).0 == .complete(.wrongAnswer, reusable: false), "byte \(index)")
        }
        #expect(feeding.run([mine.dropLast()]).0 == .complete(.wrongAnswer, reusable: false))
        #expect(feeding.run([mine + [0]]).0 == .complete(.wrongAnswer, reusable: false))
    }

    @Test func `a payload without a number has a socket of its own`() {
        let fixed = udp(.fixed([1, 2], .echo))
        #expect(fixed.script.needsFreshConnection && !udp(.numbered(size: 16)).script.needsFreshConnection)
        #expect(fixed.run([[1, 2]]).0 == .complete(.ok, reusable: false))
        #expect(fixed.run([[1, 3]]).0 == .complete(.wrongAnswer, reusable: false))
        #expect(udp(.fixed([1, 2], .any)).run([[9]]).0 == .complete(.ok, reusable: false))
        #expect(udp(.fixed([1, 2], .any)).run([[]]).0 == .complete(.ok, reusable: false))
    }

    @Test(arguments: [false, true])
    func `only the echo reply to this load's own request is an answer`(isIPv6: Bool) {
        let feeding = icmp(isIPv6: isIPv6)
        let request = feeding.run([]).1
        #expect(request.count == 64 && request[0] == (isIPv6 ? 128 : 8))
        var reply = request
        reply[0] = isIPv6 ? 129 : 0
        #expect(feeding.run([reply]).0 == Self.ok)
        // The request itself, as a raw socket on the loopback sees it; another load's reply; a late one.
        #expect(feeding.run([request]).0 == .incomplete)
        #expect(icmp(isIPv6: isIPv6, token: 78).run([reply]).0 == .incomplete)
        #expect(icmp(isIPv6: isIPv6, number: 6).run([reply]).0 == .incomplete)
        let header: [UInt8] = [0x45] + [UInt8](repeating: 0, count: 19)
        if !isIPv6 { #expect(feeding.run([header + reply]).0 == Self.ok) }
        reply[40] ^= 1
        #expect(feeding.run([reply]).0 == .complete(.wrongAnswer, reusable: false))
        feeding.fuzz(from: reply)
    }

    @Test func `the checksum over IPv4 makes the sum of all words nothing`() {
        for number in 0..<1_000 {
            let request = icmp(isIPv6: false, number: UInt64(number) &* 0x9e37_79b9_7f4a_7c15).run([]).1
            var sum: UInt32 = 0
            for index in stride(from: 0, to: request.count, by: 2) {
                sum += UInt32(request[index]) << 8 | UInt32(request[index + 1])
            }
            while sum > 0xffff { sum = (sum & 0xffff) + sum >> 16 }
            #expect(sum == 0xffff)
        }
    }
}

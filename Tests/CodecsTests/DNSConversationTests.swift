import Codecs
import Plan
import Recording
import Testing

/// Against answers recorded from dnsmasq 2.90, with identifier 0 as that of the first request.
@Suite struct DNSConversationTests {
    static let address =
        "0000858000010001000000010377656204746573740000010001c00c00010001000000000004c000020700002904d0000000000000"
    static let nothing = "000081830001000000000001046e6f6e650474657374000001000100002904d0000000000000"
    static let refused =
        "000081850001000000000001076578616d706c65036f7267000001000100002904d0000000000006000f0002000e"

    private func feeding(
        _ name: String = "web.test",
        over: DNSRequestPlan.Transport = .udp,
        number: UInt64 = 0
    ) -> Feeding<DNSConversation> {
        let plan = DNSRequestPlan(
            server: HostPort(host: "127.0.0.1", port: 53),
            name: name,
            type: .a,
            over: over,
            timeout: .seconds(1)
        )
        return Feeding(script: DNSScript(plan), number: number)
    }

    private func framed(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)] + bytes
    }

    static let rows: [(name: String, answer: String, outcome: Outcome)] = [
        ("web.test", address, .ok),
        // Names are the same in any case (RFC 1035, section 2.3.3).
        ("WEB.test", address, .ok),
        ("none.test", nothing, .error(AnswerError(.dns, 3))),
        ("example.org", refused, .error(AnswerError(.dns, 5))),
    ]

    @Test(arguments: rows.indices)
    func `an answer says what its code says`(row: Int) {
        let row = Self.rows[row]
        let expected = Progress.complete(row.outcome, reusable: true)
        #expect(feeding(row.name).run([hex(row.answer)]).0 == expected)
        feeding(row.name, over: .tcp).expect(expected, of: framed(hex(row.answer)))
    }

    @Test func `over UDP, what answers another question is passed over; over TCP it ends the connection`() {
        var otherID = hex(Self.address)
        otherID[1] = 1
        var query = hex(Self.address)
        query[2] &= 0x7f
        for foreign in [otherID, query, hex(Self.nothing), []] {
            let ok = Progress.complete(.ok, reusable: true)
            #expect(feeding().run([foreign]).0 == .incomplete)
            #expect(feeding().run([foreign, hex(Self.address)]).0 == ok)
            feeding(over: .tcp).expect(.failed(.malformed), of: framed(foreign))
        }
    }

    @Test func `bytes behind an answer end the connection's use, not the answer`() {
        let twice = framed(hex(Self.address)) + framed(hex(Self.address))
        #expect(feeding(over: .tcp).run([twice]).0 == .complete(.ok, reusable: false))
    }

    @Test func `an answer that was cut to a datagram's size is not what was asked for`() {
        var cut = hex(Self.address)
        cut[2] |= 2
        #expect(feeding().run([cut]).0 == .complete(.wrongAnswer, reusable: true))
    }

    @Test func `records that end beyond the message, or before its end, are malformed`() {
        let whole = hex(Self.address)
        #expect(feeding().run([whole + [0]]).0 == .failed(.malformed))
        for length in 26..<whole.count {
            #expect(feeding().run([Array(whole[..<length])]).0 == .failed(.malformed), "\(length) bytes")
        }
    }

    @Test func `neighbouring requests have other identifiers, and a request the same one always`() {
        func id(_ number: UInt64) -> [UInt8] { Array(feeding(number: number).run([]).1[..<2]) }
        let ids = (0..<65_536).map { id($0) }
        #expect(Set(ids).count == 65_536)
        #expect(id(9) == ids[9] && id(65_536 + 9) == ids[9])
    }

    @Test func `nothing that a peer sends traps`() {
        feeding().fuzz(from: hex(Self.address))
        feeding(over: .tcp).fuzz(from: framed(hex(Self.address)))
    }
}

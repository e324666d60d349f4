import Measures
import Plan
import Recording
import Testing

@testable import Codecs

/// Checks of DNS answers: their addresses, records, number and code.
@Suite struct DNSCheckTests {
    private func feeding(
        _ checks: [AnswerCheck],
        _ name: String = "web.test",
        type: DNSRequestPlan.RecordType = .a,
        over: DNSRequestPlan.Transport = .udp
    ) -> Feeding<DNSConversation> {
        let plan = DNSRequestPlan(
            server: HostPort(host: "127.0.0.1", port: 53),
            name: name,
            type: type,
            over: over,
            timeout: .seconds(1)
        )
        return Feeding(script: DNSScript(plan, checks: checks))
    }

    private func address(_ text: String) throws -> AnswerCheck { .address(try #require(AddressBytes(text))) }

    /// A header with so many answers, the question of web.test, and the answers with their names compressed.
    private func message(_ records: [(type: UInt8, data: [UInt8])]) -> [UInt8] {
        let head: [UInt8] = [0, 0, 0x85, 0x80, 0, 1, 0, UInt8(records.count), 0, 0, 0, 0]
        let question: [UInt8] = [3] + Array("web".utf8) + [4] + Array("test".utf8) + [0, 0, 1, 0, 1]
        return head + question
            + records.flatMap { record in
                [0xc0, 12, 0, record.type, 0, 1, 0, 0, 0, 0, 0, UInt8(record.data.count)] + record.data
            }
    }

    @Test func `what a real answer holds is checked, over UDP and over TCP`() throws {
        let answer = hex(DNSConversationTests.address)
        let ok = Progress.complete(.ok, reusable: true)
        let right: [AnswerCheck] = [
            try address("192.0.2.7"), .record(nil, .equals("192.0.2.7")), .record(.any, .contains("2.7")),
            .records(1...1),
            .responseCode(0),
        ]
        #expect(feeding(right).run([answer]).0 == ok)
        feeding(right, over: .tcp).expect(ok, of: [0, UInt8(answer.count)] + answer)
        let wrong: [AnswerCheck] = [
            try address("192.0.2.8"), try address("::1"), .record(.aaaa, .contains("")), .records(2...9),
            .record(nil, .equals("192.0.2.70")),
        ]
        for check in wrong {
            #expect(feeding(right + [check]).run([answer]).0 == ProtocolCheckTests.failed(5), "\(check.text)")
        }
        feeding(right + wrong).fuzz(from: answer)
    }

    @Test func `the code that is wanted is what is good`() {
        let nothing = hex(DNSConversationTests.nothing)
        let wanted = feeding([.responseCode(3), .records(0...0)], "none.test")
        #expect(wanted.run([nothing]).0 == .complete(.ok, reusable: true))
        let other = feeding([.responseCode(5)], "none.test")
        #expect(other.run([nothing]).0 == .complete(.error(AnswerError(.dns, 3)), reusable: true))
        let success = feeding([.responseCode(3)])
        #expect(success.run([hex(DNSConversationTests.address)]).0 == ProtocolCheckTests.failed(0))
    }

    /// Type, data, as a zone file writes them.
    static let texts: [(UInt8, [UInt8], String)] = [
        (1, [192, 0, 2, 255], "192.0.2.255"), (5, [1, 0x61, 0xc0, 12], "a.web.test"), (2, [0], "."),
        (15, [0, 10, 4] + Array("mail".utf8) + [0xc0, 16], "10 mail.test"),
        (33, [0, 1, 0xff, 0xff, 0x1f, 0x90, 0xc0, 12], "1 65535 8080 web.test"),
        (16, [2, 0x61, 0x62, 0, 1, 0x63], "abc"),
        (28, [0x20, 1, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [7], "2001:db8::7"),
        (28, [UInt8](repeating: 0, count: 16), "::"), (28, [0, 1] + [UInt8](repeating: 0, count: 14), "1::"),
        (28, [UInt8](repeating: 0, count: 15) + [1], "::1"),
        (28, [0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4], "1:0:2::3:0:4"),
        (28, [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 0, 0, 8], "1:2:3:4:5:6:0:8"),
        (99, [0xc0, 0, 2, 7], "\\# 4 c0000207"), (1, [1, 2, 3], "\\# 3 010203"),
        // A pointer to itself, one forward, and a label that ends nowhere.
        (5, [0xc0, 39], "."), (5, [0xc0, 0xff], "."), (12, [9, 0x61], "."),
    ]

    @Test(arguments: texts.indices)
    func `a record's data are checked as a zone file writes them`(_ row: Int) {
        let (type, data, text) = Self.texts[row]
        let answer = message([(16, [1, 0x7a]), (type, data)])
        let any = feeding([.record(.any, .equals(text)), .records(2...2)])
        #expect(any.run([answer]).0 == .complete(.ok, reusable: true))
    }

    @Test func `names that lead one another in circles come to an end`() {
        let answer = message([(5, [0xc0, 41, 0xc0, 39])])
        #expect(feeding([.record(.cname, .contains("x"))]).run([answer]).0 == ProtocolCheckTests.failed(0))
        let chain = message((0..<100).map { _ in (5, [1, 0x61, 0xc0, 12]) })
        #expect(
            feeding([.records(100...100), .record(.cname, .equals("a.web.test"))]).run([chain]).0
                == .complete(.ok, reusable: true)
        )
    }
}

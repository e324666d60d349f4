import Measures
import Plan
import Recording
import Testing

@testable import Codecs

/// Checks of whole answers, as the engine sees them.
@Suite struct AnswerCheckTests {
    private static let json = #"{"status":"up","items":[{"id":7}]}"#
    private static let withLength =
        "HTTP/1.1 200 OK\r\nX-Cache: \t HIT \r\nx-cache: second\r\nContent-Length: \(json.utf8.count)\r\n\r\n\(json)"
    private static let chunked =
        "HTTP/1.1 100 Continue\r\nX-Cache: INTERIM\r\n\r\nHTTP/1.1 200 OK\r\nX-Cache: HIT\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "9;a=b\r\n{\"status\"\r\n19\r\n:\"up\",\"items\":[{\"id\":7}]}\r\n0\r\nX-Trailer: HIT\r\n\r\n"
    private static let untilClose = "HTTP/1.0 200 OK\r\nX-Cache: HIT\r\n\r\n\(json)"

    static let passing: [AnswerCheck] = [
        .body(.contains("\"up\",\"items\"")), .body(.equals(json)),
        .json(JSONPointer("/status"), equals: "up"),
        .json(JSONPointer("/items/0/id"), equals: "7"), .json(JSONPointer("/items"), equals: nil),
        .header(name: "X-CACHE", .equals("HIT")), .header(name: "x-cache", .contains("I")),
    ]
    static let failing: [AnswerCheck] = [
        .body(.contains("down")), .body(.equals("")), .json(JSONPointer("/status"), equals: "down"),
        .json(JSONPointer("/nothing"), equals: nil), .header(name: "X-Cache", .equals("INTERIM")),
        .header(name: "X-Trailer", .equals("HIT")), .header(name: "X-Cach", .contains("")),
    ]

    @Test(
        "however an answer is written and cut, what it holds is checked",
        arguments: [withLength, chunked, untilClose]
    )
    func cutEverywhere(_ answer: String) throws {
        let bytes = Array(answer.utf8)
        for cut in 0...bytes.count {
            #expect(try outcome(Self.passing, [bytes[..<cut], bytes[cut...]]) == .answered(status: 200))
        }
        #expect(try outcome(Self.passing, bytes.indices.map { bytes[$0...$0] }) == .answered(status: 200))
        for check in Self.failing {
            // Its place in the list is what is recorded.
            let failed = Outcome.error(AnswerError(.check, UInt32(Self.passing.count)))
            #expect(try outcome(Self.passing + [check], [bytes[...]]) == failed, "\(check.text)")
        }
    }

    @Test("another status says more than the content: it is not checked")
    func badStatus() throws {
        let answer = Array("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n".utf8)
        #expect(try outcome(Self.failing, [answer[...]]) == .answered(status: 503))
    }

    @Test("of a body beyond the limit its beginning is checked, and it equals nothing")
    func longBody() throws {
        let body = String(repeating: "x", count: AnswerCheck.bodyLimit) + "END"
        let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
        let pieces = stride(from: 0, to: answer.count, by: 10_000).map {
            answer[$0..<min($0 + 10_000, answer.count)]
        }
        let failed = Outcome.error(AnswerError(.check, 0))
        #expect(try outcome([.body(.contains("xxx"))], pieces) == .answered(status: 200))
        #expect(try outcome([.body(.contains("END"))], pieces) == failed)
        #expect(try outcome([.body(.equals(String(body.dropLast(3))))], pieces) == failed)
    }

    @Test("the next answer on a connection is checked by itself")
    func reused() throws {
        var conversation = try conversation([.body(.equals("ok"))])
        for (body, expected) in [("ok", true), ("no", false), ("ok", true)] {
            let bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\(body)".utf8)
            let outcome = feed(&conversation, [bytes[...]])
            #expect((outcome == .answered(status: 200)) == expected)
        }
    }

    @Test("whatever comes, nothing traps and what is kept stays bounded")
    func fuzzed() throws {
        var generator = SeededGenerator(seed: 3, stream: "checks")
        let bytes = Array(Self.chunked.utf8)
        for _ in 0..<5_000 {
            var random = bytes
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                random[Int.random(in: 0..<random.count, using: &generator)] = .random(
                    in: 0...255,
                    using: &generator
                )
            }
            let cut = Int.random(in: 0...random.count, using: &generator)
            var conversation = try conversation(Self.passing + Self.failing)
            _ = feed(&conversation, [random[..<cut], random[cut...]])
        }
    }

    private func outcome(_ checks: [AnswerCheck], _ pieces: [ArraySlice<UInt8>]) throws -> Outcome? {
        var conversation = try conversation(checks)
        return feed(&conversation, pieces)
    }

    private func conversation(_ checks: [AnswerCheck]) throws -> HTTPConversation {
        let plan = HTTPRequestPlan(
            method: "GET",
            address: HTTPAddress(host: "x", port: 80, path: "/"),
            headers: [],
            body: "",
            timeout: .seconds(1)
        )
        return HTTPConversation(
            try HTTPScript(plan, good: GoodCriterion(statuses: 200...399, within: nil, checks: checks))
        )
    }

    private func feed(_ conversation: inout HTTPConversation, _ pieces: [ArraySlice<UInt8>]) -> Outcome? {
        var output = OutputBytes()
        _ = conversation.ask(0, into: &output)
        var last = Progress.incomplete
        for piece in pieces where last == .incomplete && !piece.isEmpty {
            var position = 0
            last = piece.withUnsafeBytes { conversation.feed($0, from: &position, into: &output) }
        }
        if last == .incomplete { last = conversation.end() }
        switch last {
        case .complete(let outcome, _), .failed(let outcome): return outcome
        case .incomplete, .ready, .unprocessed: return nil
        }
    }
}

extension AnswerCheck {
    fileprivate static func json(_ pointer: JSONPointer?, equals value: String?) -> AnswerCheck {
        pointer.map { .json($0, equals: value) } ?? .body(.equals("no pointer"))
    }
}

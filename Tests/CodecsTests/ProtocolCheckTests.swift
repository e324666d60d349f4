import Measures
import Plan
import Recording
import Testing

@testable import Codecs

/// Checks of the answers of TCP, UDP, HTTP/2 and gRPC, however these are cut.
@Suite struct ProtocolCheckTests {
    private static let here = HostPort(host: "127.0.0.1", port: 9)
    static func failed(_ place: UInt32) -> Progress {
        .complete(.error(AnswerError(.check, place)), reusable: true)
    }

    private func line(_ checks: [AnswerCheck]) -> Feeding<TCPConversation> {
        let plan = TCPRequestPlan(target: Self.here, send: [1], expect: .line, timeout: .seconds(1))
        return Feeding(script: TCPScript(plan, checks: checks))
    }

    @Test func `a line over TCP is checked, its end included`() throws {
        let answer = Array("{\"n\": 7.0, \"s\": \"a\"}\n".utf8)
        let ok = Progress.complete(.ok, reusable: true)
        let pointer = try #require(JSONPointer("/n"))
        line([.body(.contains("\"a\"")), .json(pointer, equals: "7.0")]).expect(ok, of: answer)
        line([.body(.matches(try BytePattern("\\}\\n$")))]).expect(ok, of: answer)
        line([.body(.contains("a")), .json(pointer, equals: "7")]).expect(Self.failed(1), of: answer)
        line([.body(.bytes(Array("7\n".utf8))), .body(.number(try number(.atLeast, "6.99")))])
            .expect(ok, of: Array("7\n".utf8))
        // What follows the line is not of it.
        let (progress, _) = line([.body(.contains("behind"))]).run([Array("7\nbehind".utf8)])
        #expect(progress == .complete(.error(AnswerError(.check, 0)), reusable: false))
    }

    @Test func `a datagram is checked`() {
        func run(_ answer: EchoRequestPlan.Answer, _ reply: String) -> Progress {
            let plan = EchoRequestPlan(
                target: Self.here,
                payload: .fixed(Array("ping".utf8), answer),
                timeout: .seconds(1)
            )
            let script = EchoScript(udp: plan, token: 1, checks: [.body(.contains("g"))])
            return Feeding<EchoConversation>(script: script).run([Array(reply.utf8)]).0
        }
        #expect(run(.any, "pong") == .complete(.ok, reusable: false))
        #expect(run(.any, "no") == .complete(.error(AnswerError(.check, 0)), reusable: false))
        #expect(run(.echo, "ping") == .complete(.ok, reusable: false))
        // What comes back wrong is that first.
        #expect(run(.echo, "pong") == .complete(.wrongAnswer, reusable: false))
    }

    // MARK: HTTP/2, from nginx: 200, server, date, content-type, content-length, last-modified, etag; "hello\n"

    private func http(_ checks: [AnswerCheck], method: String = "GET") throws -> Feeding<HTTP2Conversation> {
        let plan = HTTPRequestPlan(
            method: method,
            address: HTTPAddress(host: "x", port: 80, path: "/"),
            headers: [],
            body: "",
            timeout: .seconds(1),
            version: .two
        )
        let good = GoodCriterion(statuses: 200...399, within: nil, checks: checks)
        return Feeding(script: try HTTP2Script(plan, good: good))
    }

    @Test func `headers and body of an answer over HTTP2 are checked`() throws {
        let answer = hex(HTTP2ConversationTests.settings + HTTP2ConversationTests.hello)
        let server = AnswerCheck.header(name: "Server", .contains("nginx"))
        try http([server, .header(name: "content-type", .equals("text/plain")), .body(.equals("hello\n"))])
            .expect(.complete(.answered(status: 200), reusable: true), of: answer)
        try http([server, .body(.equals("hello"))]).expect(Self.failed(1), of: answer)
        try http([.header(name: "Serve", .contains(""))]).expect(Self.failed(0), of: answer)
        // Another status says more.
        let missing = hex(HTTP2ConversationTests.settings + "0000050105000000014803343034")
        try http([server]).expect(.complete(.answered(status: 404), reusable: true), of: missing)
        try http([server, .body(.contains("x"))]).fuzz(from: answer)
    }

    @Test func `an interim answer and trailers hold no headers of the answer`() throws {
        // HEADERS: 103 with x: a; HEADERS: 200 with y: b; DATA; HEADERS: z: c, as literal fields.
        func field(_ name: String, _ value: String) -> [UInt8] {
            [0, 1] + Array(name.utf8) + [UInt8(value.utf8.count)] + Array(value.utf8)
        }
        func frame(_ type: UInt8, _ flags: UInt8, _ body: [UInt8]) -> [UInt8] {
            [0, 0, UInt8(body.count), type, flags, 0, 0, 0, 1] + body
        }
        let status = { (code: String) in [UInt8(0x48), 3] + Array(code.utf8) }
        let bytes =
            hex(HTTP2ConversationTests.settings) + frame(1, 4, status("103") + field("x", "a"))
            + frame(1, 4, status("200") + field("y", "b")) + frame(0, 0, [1]) + frame(1, 5, field("z", "c"))
        try http([.header(name: "Y", .equals("b"))])
            .expect(.complete(.answered(status: 200), reusable: true), of: bytes)
        for name in ["x", "z"] {
            try http([.header(name: name, .contains(""))]).expect(Self.failed(0), of: bytes)
        }
    }

    // MARK: gRPC

    private func grpc(
        _ checks: [AnswerCheck],
        _ call: GRPCRequestPlan.Call = .unary(path: "/a.B/C", message: [])
    )
        throws -> Feeding<HTTP2Conversation>
    {
        let good = GoodCriterion(statuses: 200...399, within: nil, checks: checks)
        let plan = GRPCRequestPlan(target: Self.here, call: call, metadata: [], timeout: .seconds(1))
        return Feeding(script: try HTTP2Script(plan, good: good))
    }

    @Test func `a message, metadata and the status of a call are checked`() throws {
        let answer = HTTP2ConversationTests.health("00000700000000000100000000020801")
        let ok = Progress.complete(.ok, reusable: true)
        let header = AnswerCheck.header(name: "grpc-accept-encoding", .contains("gzip"))
        try grpc([.body(.bytes([8, 1])), header, .header(name: "grpc-status", .equals("0"))]).expect(
            ok,
            of: answer
        )
        try grpc([.body(.matches(try BytePattern("^\\x08.$")))]).expect(ok, of: answer)
        try grpc([header, .body(.bytes([8, 2]))]).expect(Self.failed(1), of: answer)
        try grpc([.status(0)]).expect(ok, of: answer)
        // Success is not what is wanted then.
        try grpc([header, .status(5)]).expect(Self.failed(1), of: answer)
        let notFound = HTTP2ConversationTests.health("0000050000000000010000000000", status: "5")
        try grpc([.status(5)]).expect(ok, of: notFound)
        try grpc([.status(16)]).expect(.complete(.error(AnswerError(.grpc, 5)), reusable: true), of: notFound)
        try grpc([.status(5), .body(.bytes([1]))]).expect(Self.failed(1), of: notFound)
        let health = try grpc([.status(5)], .health(service: "x"))
        health.expect(ok, of: notFound)
        health.expect(Self.failed(0), of: answer)
        // A compressed message cannot be looked at.
        let compressed = HTTP2ConversationTests.health("00000700000000000101000000020801")
        try grpc([.body(.contains(""))]).expect(.complete(.malformed, reusable: true), of: compressed)
        try grpc([.body(.contains("x")), header, .status(0)]).fuzz(from: answer)
    }

    @Test func `the next answer on a connection is checked by itself`() throws {
        let talk = Talk<HTTP2Conversation>(
            try http([.body(.equals("hello\n")), .header(name: "etag", .contains(""))]).script
        )
        #expect(talk.begin() == .ready)
        // The same answer on streams 1, 3, 5; its header block would be other bytes, so the same literal one here.
        for stream: UInt8 in [1, 3, 5] {
            #expect(talk.ask() == .incomplete)
            let tag: [UInt8] = stream == 3 ? [] : [0, 4] + Array("etag".utf8) + [1, 0x61]
            let head = [UInt8(0x48), 3] + Array("200".utf8) + tag
            let body = Array((stream == 5 ? "hallo\n" : "hello\n").utf8)
            let bytes =
                (stream == 1 ? hex(HTTP2ConversationTests.settings) : [])
                + [0, 0, UInt8(head.count), 1, 4, 0, 0, 0, stream] + head + [0, 0, 6, 0, 1, 0, 0, 0, stream]
                + body
            let expected: Progress =
                stream == 1
                ? .complete(.answered(status: 200), reusable: true) : Self.failed(stream == 3 ? 1 : 0)
            #expect(talk.feed(bytes) == [expected])
        }
    }
}

func number(_ comparison: NumberTest.Comparison, _ text: String) throws -> NumberTest {
    try #require(NumberTest(comparison, text))
}

import Codecs
import Plan
import Recording
import Testing

/// Against bytes recorded from nginx 1.22.1 and grpcio 1.85 (server to client, the first request on a connection).
@Suite struct HTTP2ConversationTests {
    static let settings =
        "000012040000000000000300000080000400010000000500ffffff0000040800000000007fff0000000000040100000000"
    static let hello =
        "00003101040000000120887689aa6355e580ae212e1f6196df3dbf4a09c5349fba82009c5021b8076e05a53168df5f87497ca58ae819aa5c0136"
        + "00000600010000000168656c6c6f0a"

    private func http(_ method: String = "GET", body: String = "") throws -> Feeding<HTTP2Conversation> {
        Feeding(
            script: try HTTP2Script(
                HTTPRequestPlan(
                    method: method,
                    address: HTTPAddress(host: "x", port: 80, path: "/"),
                    headers: [HTTPField(name: "X-Case", value: "Kept")],
                    body: body,
                    timeout: .seconds(1),
                    version: .two
                )
            )
        )
    }

    private func grpc(_ call: GRPCRequestPlan.Call) throws -> Feeding<HTTP2Conversation> {
        Feeding(
            script: try HTTP2Script(
                GRPCRequestPlan(
                    target: HostPort(host: "x", port: 80),
                    call: call,
                    metadata: [],
                    timeout: .seconds(1)
                )
            )
        )
    }

    @Test func `an answer is the same however its bytes are cut, and ends with its last frame`() throws {
        try http().expect(
            .complete(.answered(status: 200), reusable: true),
            of: hex(Self.settings + Self.hello)
        )
    }

    @Test func `a connection that ends before our request was looked at says so`() throws {
        // nginx at its keepalive_requests: GOAWAY with a last stream below ours.
        let goAway = "0000080700000000000000000000000000"
        try http().expect(.unprocessed, of: hex(Self.settings + goAway))
        // With a last stream that is ours the answer is still to come, and is the last.
        let after = "0000080700000000000000000100000000"
        try http().expect(
            .complete(.answered(status: 200), reusable: false),
            of: hex(Self.settings + after + Self.hello)
        )
    }

    @Test func `a stream that is reset is reset, and its connection goes on`() throws {
        try http().expect(
            .complete(.reset, reusable: true),
            of: hex(Self.settings + "00000403000000000100000008")
        )
    }

    @Test func `what is not HTTP/2 is malformed`() throws {
        for text in ["HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "-ERR unknown command\r\n"] {
            try http().expect(.failed(.malformed), of: Array(text.utf8))
        }
    }

    @Test func `an answer without a status is malformed`() throws {
        // A field block with server: nginx alone.
        let (progress, _) = try http().run([hex(Self.settings + "00000801050000000176" + "86aa6355e58000")])
        #expect(progress != .complete(.answered(status: 200), reusable: true))
        guard case .complete(.malformed, _) = progress else {
            guard progress == .failed(.malformed) else {
                Issue.record("\(progress)")
                return
            }
            return
        }
    }

    @Test func `settings and pings are answered, and a request has its fields in lower case`() throws {
        let ping = "0000080600000000000102030405060708"
        let (_, written) = try http("POST", body: "body").run([hex(Self.settings + ping)])
        let text = String(decoding: written, as: UTF8.self)
        #expect(text.hasPrefix("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
        // The body in a frame of its own, the acknowledgements behind it.
        let hexText = written.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(hexText.contains("000004000100000001626f6479"), "DATA, END_STREAM, stream 1")
        #expect(hexText.contains("000000040100000000"), "SETTINGS, ACK")
        #expect(hexText.contains("0000080601000000000102030405060708"), "PING, ACK")
    }

    static let prologue =
        "000018040000000000000400400000000500400000000600004000fe0300000001000004080000000000003f0001000000040100000000"
    private static let grpcHead =
        "00004e01040000000188400c636f6e74656e742d74797065106170706c69636174696f6e2f677270634014677270632d6163636570742d656e"
        + "636f64696e67176964656e746974792c206465666c6174652c20677a6970"
    static func health(_ message: String, status: Character = "0") -> [UInt8] {
        hex(prologue + grpcHead + message) + hex("00001e010500000001400b677270632d73746174757301")
            + Array("\(status)".utf8) + hex("000c677270632d6d65737361676500")
    }

    @Test func `health that serves is ok, other health is an error with its name`() throws {
        let health = try grpc(.health(service: ""))
        health.expect(
            .complete(.ok, reusable: true),
            of: Self.health("00000700000000000100000000020801")
        )
        health.expect(
            .complete(.error(AnswerError(.health, 2)), reusable: true),
            of: Self.health("00000700000000000100000000020802")
        )
        #expect(AnswerError(.health, 2).label == "health NOT_SERVING")
        // proto3 leaves a zero out.
        health.expect(
            .complete(.error(AnswerError(.health, 0)), reusable: true),
            of: Self.health("0000050000000000010000000000")
        )
        health.expect(
            .complete(.malformed, reusable: true),
            of: Self.health("00000700000000000100000000021201")
        )
    }

    @Test func `a status other than OK is an error, and OK needs one whole message`() throws {
        let call = try grpc(.unary(path: "/a.B/C", message: [1, 2]))
        let unimplemented =
            Self.prologue
            + "00005001050000000188400c636f6e74656e742d74797065106170706c69636174696f6e2f67727063400b677270632d7374617475730231"
            + "32000c677270632d6d657373616765114d6574686f64206e6f7420666f756e6421"
        call.expect(.complete(.error(AnswerError(.grpc, 12)), reusable: true), of: hex(unimplemented))
        call.expect(.complete(.ok, reusable: true), of: Self.health("00000700000000000100000000020801"))
        call.expect(
            .complete(.error(AnswerError(.grpc, 5)), reusable: true),
            of: Self.health("0000050000000000010000000000", status: "5")
        )
        // Half a message, two messages, none.
        call.expect(.complete(.malformed, reusable: true), of: Self.health("000006000000000001000000000208"))
        call.expect(
            .complete(.malformed, reusable: true),
            of: Self.health("00000a00000000000100000000000000000000")
        )
        call.expect(.complete(.malformed, reusable: true), of: Self.health(""))
        // A proxy's page, as gRPC's own clients read it.
        call.expect(.complete(.malformed, reusable: true), of: hex(Self.settings + Self.hello))
        call.expect(
            .complete(.error(AnswerError(.grpc, 14)), reusable: true),
            of: hex(Self.settings + "0000050105000000014803353033")
        )
    }

    @Test func `the request is a message with its length before it`() throws {
        let (_, written) = try grpc(.health(service: "a.B")).run([])
        #expect(written.suffix(10) == [0, 0, 0, 0, 5, 0x0a, 3, 0x61, 0x2e, 0x42])
    }

    @Test func `fields that would end themselves are refused`() {
        for (name, value) in [("X", "a\nb"), ("X Y", "a"), ("X", " a"), ("a:b", "a"), ("", "a")] {
            let plan = HTTPRequestPlan(
                method: "GET",
                address: HTTPAddress(host: "x", port: 80, path: "/"),
                headers: [HTTPField(name: name, value: value)],
                body: "",
                timeout: .seconds(1)
            )
            #expect(throws: CodecError.self) { try HTTP2Script(plan) }
        }
    }

    @Test func `nothing that a peer sends traps`() throws {
        try http().fuzz(from: hex(Self.settings + Self.hello), rounds: 20_000)
        try grpc(.health(service: "")).fuzz(
            from: Self.health("00000700000000000100000000020801"),
            rounds: 20_000
        )
    }
}

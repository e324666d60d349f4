import Measures
import Testing

@testable import Plan

/// Requests of gRPC, TCP, UDP, DNS and ICMP, from files and from command lines.
@Suite struct WireRequestTests {
    private func plan(_ request: String) throws -> Plan {
        try Plan(
            yaml: """
                faultline: 1
                name: alone
                load:
                  main: { \(request), rate: 10/s }
                duration: 1s

                """,
            fileName: "f.yaml"
        )
    }

    private func messages(_ request: String) -> [String] {
        do {
            _ = try plan(request)
            return []
        } catch let error as PlanError {
            return error.diagnostics.map(\.message)
        } catch {
            return ["\(error)"]
        }
    }

    private static let target = HostPort(host: "::1", port: 7)
    static let rows: [(file: String, request: RequestPlan)] = [
        (
            #"grpc: { url: "grpc://[::1]:7", health: "" }"#,
            .grpc(
                GRPCRequestPlan(
                    target: target,
                    call: .health(service: ""),
                    metadata: [],
                    timeout: .seconds(1)
                )
            )
        ),
        (
            #"grpc: { url: "grpc://[::1]:7", method: a.B/C, message: "base64:AQID", metadata: { x: y }, timeout: 2s }"#,
            .grpc(
                GRPCRequestPlan(
                    target: target,
                    call: .unary(path: "/a.B/C", message: [1, 2, 3]),
                    metadata: [HTTPField(name: "x", value: "y")],
                    timeout: .seconds(2)
                )
            )
        ),
        (
            #"grpc: { url: "grpcs://[::1]:7", health: a, streams: 10, tls: { trust: anyone, name: b } }"#,
            .grpc(
                GRPCRequestPlan(
                    target: target,
                    call: .health(service: "a"),
                    metadata: [],
                    streams: 10,
                    tls: TLSPlan(trust: .anyone, serverName: "b"),
                    timeout: .seconds(1)
                )
            )
        ),
        (
            #"tcp: { address: "tcp://[::1]:7" }"#,
            .tcp(TCPRequestPlan(target: target, send: [], expect: .nothing, timeout: .seconds(1)))
        ),
        (
            #"tcp: { address: "tcp://[::1]:7", send: "a\n" }"#,
            .tcp(TCPRequestPlan(target: target, send: [97, 10], expect: .echo, timeout: .seconds(1)))
        ),
        (
            #"tcp: { address: "tcp://[::1]:7", send: "hex:0A0d", expect: { bytes: "hex:ff" } }"#,
            .tcp(TCPRequestPlan(target: target, send: [10, 13], expect: .bytes([255]), timeout: .seconds(1)))
        ),
        (
            #"tcp: { address: "tcp://[::1]:7", expect: { count: 9 } }"#,
            .tcp(TCPRequestPlan(target: target, send: [], expect: .count(9), timeout: .seconds(1)))
        ),
        (
            #"udp: { address: "udp://[::1]:7", size: 100 }"#,
            .udp(EchoRequestPlan(target: target, payload: .numbered(size: 100), timeout: .seconds(1)))
        ),
        (
            #"udp: { address: "udp://[::1]:7", send: "text:hex:", expect: any }"#,
            .udp(
                EchoRequestPlan(
                    target: target,
                    payload: .fixed(Array("hex:".utf8), .any),
                    timeout: .seconds(1)
                )
            )
        ),
        (
            #"icmp: { address: "icmp://[::1]" }"#,
            .icmp(
                EchoRequestPlan(
                    target: HostPort(host: "::1", port: 0),
                    payload: .numbered(size: 56),
                    timeout: .seconds(1)
                )
            )
        ),
        (
            #"dns: { server: "dns://[::1]", name: example.org., type: AAAA, over: tcp }"#,
            .dns(
                DNSRequestPlan(
                    server: HostPort(host: "::1", port: 53),
                    name: "example.org",
                    type: .aaaa,
                    over: .tcp,
                    timeout: .seconds(1)
                )
            )
        ),
        (
            #"http: { url: "http://[::1]:7/", version: 2, streams: 10 }"#,
            .http(
                HTTPRequestPlan(
                    method: "GET",
                    address: HTTPAddress(host: "::1", port: 7, path: "/"),
                    headers: [],
                    body: "",
                    timeout: .seconds(1),
                    version: .two,
                    streams: 10
                )
            )
        ),
    ]

    @Test(arguments: rows.indices)
    func `a request is what its file says, and the canonical text says the same`(row: Int) throws {
        let (file, request) = Self.rows[row]
        let plan = try plan(file)
        #expect(plan.loads.map(\.request) == [request])
        let again = try Plan(yaml: plan.canonicalText, fileName: "f.yaml")
        #expect(again.loads.map(\.request) == [request] && again.digest == plan.digest)
        let alone = try Plan(yaml: try #require(plan.loads.first).fileText, fileName: "f.yaml")
        #expect(alone.loads.map(\.request) == [request], "as an agent gets it")
    }

    static let wrong: [(String, String)] = [
        (#"grpc: { url: "grpc://x:1" }"#, "grpc takes one of health and method"),
        (#"grpc: { url: "grpc://x:1", health: a, method: a.B/C }"#, "grpc takes one of health and method"),
        (#"grpc: { url: "grpc://x:1", health: a, tls: { trust: anyone } }"#, "the address is not secured"),
        (#"grpc: { url: "grpcs://x", health: a }"#, "expected grpcs://host:port"),
        (#"grpc: { url: "grpc://x", health: a }"#, "expected grpc://host:port"),
        (#"grpc: { url: "grpc://x:1", method: C }"#, "expected package.Service/Method"),
        (#"grpc: { url: "grpc://x:1", method: a.B/C, message: "hex:0" }"#, "a text, hex:… or base64:…"),
        (#"grpc: { url: "grpc://x:1", method: a.B/C, message: "base64:A" }"#, "a text, hex:… or base64:…"),
        (#"tcp: { address: "tcp://x" }"#, "expected tcp://host:port"),
        (#"tcp: { address: "tcp://x:1/p" }"#, "expected tcp://host:port"),
        (#"tcp: { address: "tcp://x:1", expect: echo }"#, "nothing is sent"),
        (#"tcp: { address: "tcp://x:1", expect: { bytes: "" } }"#, "bytes is empty"),
        (#"udp: { address: "tcp://x:1" }"#, "expected udp://host:port"),
        (#"udp: { address: "udp://x:1", size: 3, send: a }"#, "leave size out"),
        (#"udp: { address: "udp://x:1", send: "" }"#, "send is empty"),
        (#"icmp: { address: "icmp://x:7" }"#, "ICMP has no ports"),
        (#"dns: { server: "dns://x" }"#, "dns has no key 'name'"),
        (#"dns: { server: "dns://x", name: a..b }"#, "labels of 1 to 63"),
        (#"dns: { server: "dns://x", name: a, type: AAA }"#, "no type"),
        (#"http: { url: "http://x/", streams: 2 }"#, "streams is of HTTP/2"),
        (#"http: { url: "http://x/", version: 2, streams: 1001 }"#, "streams is '1001'"),
        (#"http: { url: "http://x/" }, tcp: { address: "tcp://x:1" }"#, "a load speaks one protocol"),
    ]

    @Test(arguments: wrong.indices)
    func `what cannot be asked is said once, with what is expected`(row: Int) {
        let found = messages(Self.wrong[row].0)
        #expect(found.count == 1 && found[0].contains(Self.wrong[row].1), "\(found)")
    }

    @Test func `a command line's URL says the protocol`() throws {
        func request(_ change: (inout LoadWords) -> Void) throws -> RequestPlan? {
            var words = LoadWords()
            words.rate = "10/s"
            change(&words)
            return try Plan(yaml: words.yaml, fileName: "words").loads.first?.request
        }
        #expect(try request { $0.url = "grpc://[::1]:7" } == Self.rows[0].request)
        let call = try request {
            $0.url = "grpc://[::1]:7/a.B/C"
            $0.body = "hex:010203"
            $0.headers = ["x: y"]
            $0.timeout = "2s"
        }
        #expect(call == Self.rows[1].request)
        let secured = try request {
            ($0.url, $0.trust, $0.serverName, $0.streams) = ("grpcs://[::1]:7/a", "anyone", "b", "10")
        }
        #expect(secured == Self.rows[2].request)
        #expect(try request { $0.url = "tcp://[::1]:7" } == Self.rows[3].request)
        #expect(try request { ($0.url, $0.body) = ("tcp://[::1]:7", "a\n") } == Self.rows[4].request)
        let bytes = try request { ($0.url, $0.body, $0.expect) = ("tcp://[::1]:7", "hex:0a0d", "hex:ff") }
        #expect(bytes == Self.rows[5].request)
        #expect(try request { ($0.url, $0.expect) = ("tcp://[::1]:7", "count:9") } == Self.rows[6].request)
        #expect(try request { $0.url = "udp://[::1]:7?size=100" } == Self.rows[7].request)
        #expect(try request { $0.url = "icmp://[::1]" } == Self.rows[9].request)
        #expect(
            try request { $0.url = "dns://[::1]/example.org?type=AAAA&over=tcp" } == Self.rows[10].request
        )
        #expect(
            try request { ($0.url, $0.isHTTP2, $0.streams) = ("http://[::1]:7/", true, "10") }
                == Self.rows[11].request
        )
        #expect(throws: PlanError.self) { try request { $0.url = "dns://[::1]/example.org?tipe=A" } }
    }

    @Test func `base64 is read as RFC 4648 writes it, and nothing else is`() {
        let rows: [(String, String?)] = [
            ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg", "foob"),
            ("Zm9vYmFy", "foobar"),
            ("Z", nil), ("Zh==", nil), ("Zm9v====", nil), ("Zm 9v", nil), ("Zg==Zg==", nil),
        ]
        for (text, expected) in rows {
            #expect(ByteText("base64:" + text)?.bytes == expected.map { Array($0.utf8) }, "\(text)")
        }
        var random = SeededGenerator(seed: 3)
        for _ in 0..<1_000 {
            let count = Int.random(in: 0...20, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            #expect(ByteText(ByteText.text(of: bytes))?.bytes == bytes)
        }
    }
}

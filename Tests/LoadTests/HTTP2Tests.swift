import Glibc
import LinuxSystem
import Load
import Measures
import Plan
import Recording
import Testing

/// HTTP/2 against a real nginx, without TLS.
@Suite(.serialized, .enabled(if: LoadNginx.isInstalled, "nginx is missing: apt-get install nginx-light"))
struct HTTP2Tests {
    private func bench(
        _ port: UInt16,
        method: String = "GET",
        path: String = "/hello.txt",
        body: String = ""
    ) -> LoadBench {
        var bench = LoadBench(port: port)
        bench.request = .http(
            HTTPRequestPlan(
                method: method,
                address: HTTPAddress(host: "127.0.0.1", port: port, path: path),
                headers: [],
                body: body,
                timeout: .seconds(5),
                version: .two
            )
        )
        return bench
    }

    @Test("requests are answered one after the other on few connections, large bodies too")
    func answered() async throws {
        let nginx = try LoadNginx(http2: true)
        let arrivals = LoadBench.steady(1_000, count: 2_000)
        let result = try await bench(nginx.port).run(arrivals)
        #expect(result.exchanges.outcomes == [.answered(status: 200): 2_000])
        #expect(result.exchanges.allSatisfy { $0.sent <= $0.firstByte && $0.firstByte <= $0.done })
        #expect(result.summary.connections <= 50)
        // 20 kB, and a gzipped one, more than once through every window.
        let large = try await bench(nginx.port, path: "/chunked.txt").run(LoadBench.steady(200, count: 400))
        #expect(large.exchanges.outcomes == [.answered(status: 200): 400])
        let lost = try await bench(nginx.port, path: "/none").run(LoadBench.steady(200, count: 20))
        #expect(lost.exchanges.outcomes == [.answered(status: 404): 20])
        // A body of several frames; what nginx says before it has it all ends the connection, and the answer counts.
        let body = String(repeating: "x", count: 100_000)
        let posted = try await bench(nginx.port, method: "POST", path: "/empty", body: body)
            .run(LoadBench.steady(100, count: 50))
        #expect(posted.exchanges.outcomes == [.answered(status: 204): 50])
    }

    @Test(
        "the end of a connection that is announced before its last answer costs no request",
        arguments: ["GET", "POST"]
    )
    func goAway(method: String) async throws {
        // nginx sends GOAWAY, then the answer to the request that reached the limit.
        let nginx = try LoadNginx(http2: true, keepaliveRequests: 20)
        let result = try await bench(nginx.port, method: method, path: "/empty").run(
            LoadBench.steady(400, count: 800)
        )
        #expect(result.exchanges.outcomes == [.answered(status: 204): 800])
        #expect(result.summary.connections >= 40)
    }

    @Test("a request that the server says it never looked at is sent again, once, whatever it asks for")
    func unprocessed() async throws {
        // SETTINGS; GOAWAY with last stream 0; HEADERS on stream 1 with :status 200 as text.
        let settings = "\0\0\0\u{4}\0\0\0\0\0"
        let goAway = "\0\0\u{8}\u{7}\0\0\0\0\0\0\0\0\0\0\0\0\0"
        let answer = "\0\0\u{5}\u{1}\u{5}\0\0\0\u{1}\u{8}\u{3}200"
        for (everyone, outcome) in [(false, Outcome.answered(status: 200)), (true, .reset)] {
            let server = try RawServer { connection, request in
                // The preface holds the end of what this server takes for a request.
                guard request == 1 else { return nil }
                let isLookedAt = !everyone && connection.isMultiple(of: 2)
                return .init(
                    pieces: [settings + (isLookedAt ? answer : goAway)],
                    pauseMicroseconds: 20_000,
                    waitMicroseconds: 20_000,
                    thenClose: true
                )
            }
            defer { server.end() }
            let result = try await bench(server.port, method: "POST").run(LoadBench.steady(5, count: 10))
            #expect(result.exchanges.outcomes == [outcome: 10])
            #expect(server.accepted == 20)
        }
    }

    @Test("a server that stands still or dies is told truly")
    func truth() async throws {
        let nginx = try LoadNginx(http2: true)
        let truth = WireTruth(bench: bench(nginx.port), good: .answered(status: 200))
        try await truth.stall { nginx.signal($0) }
        try await truth.kill({ nginx.signal(SIGKILL) }, start: { try nginx.start() })
    }

    @Test("inside TLS it is agreed upon by ALPN")
    func secured() async throws {
        let nginx = try LoadNginx(http2: true)
        let port = nginx.securePort
        var bench = LoadBench(port: port)
        bench.request = .http(
            HTTPRequestPlan(
                method: "GET",
                address: HTTPAddress(host: "127.0.0.1", port: port, path: "/hello.txt", isSecure: true),
                headers: [],
                body: "",
                timeout: .seconds(5),
                tls: TLSPlan(trust: .anyone, serverName: nil),
                version: .two
            )
        )
        let result = try await bench.run(LoadBench.steady(500, count: 500))
        #expect(result.exchanges.outcomes == [.answered(status: 200): 500])
        #expect(result.summary.connections <= 50)
    }

    @Test("a server that speaks HTTP/1.1 only is malformed, and each request says so")
    func otherProtocol() async throws {
        let nginx = try LoadNginx()
        let result = try await bench(nginx.port).run(LoadBench.steady(100, count: 50))
        #expect(result.exchanges.outcomes == [.malformed: 50])
    }
}

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
        _ nginx: LoadNginx,
        method: String = "GET",
        path: String = "/hello.txt",
        body: String = ""
    ) -> LoadBench {
        var bench = LoadBench(port: nginx.port)
        bench.request = .http(
            HTTPRequestPlan(
                method: method,
                address: HTTPAddress(host: "127.0.0.1", port: nginx.port, path: path),
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
        let result = try await bench(nginx).run(arrivals)
        #expect(result.exchanges.outcomes == [.answered(status: 200): 2_000])
        #expect(result.exchanges.allSatisfy { $0.sent <= $0.firstByte && $0.firstByte <= $0.done })
        #expect(result.summary.connections <= 50)
        // 20 kB, and a gzipped one, more than once through every window.
        let large = try await bench(nginx, path: "/chunked.txt").run(LoadBench.steady(200, count: 400))
        #expect(large.exchanges.outcomes == [.answered(status: 200): 400])
        let lost = try await bench(nginx, path: "/none").run(LoadBench.steady(200, count: 20))
        #expect(lost.exchanges.outcomes == [.answered(status: 404): 20])
        // A body of several frames; what nginx says before it has it all ends the connection, and the answer counts.
        let body = String(repeating: "x", count: 100_000)
        let posted = try await bench(nginx, method: "POST", path: "/empty", body: body)
            .run(LoadBench.steady(100, count: 50))
        #expect(posted.exchanges.outcomes == [.answered(status: 204): 50])
    }

    @Test(
        "a request that the server says it never looked at is sent again, whatever it asks for",
        arguments: ["GET", "POST"]
    )
    func goAway(method: String) async throws {
        // nginx announces the end of a connection with a last stream below that of the request that reaches the limit.
        let nginx = try LoadNginx(http2: true, keepaliveRequests: 20)
        let result = try await bench(nginx, method: method, path: "/empty").run(
            LoadBench.steady(400, count: 800)
        )
        #expect(result.exchanges.outcomes == [.answered(status: 204): 800])
        #expect(result.summary.connections >= 40)
    }

    @Test("a server that stands still or dies is told truly")
    func truth() async throws {
        let nginx = try LoadNginx(http2: true)
        let truth = WireTruth(bench: bench(nginx), good: .answered(status: 200))
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
        let result = try await bench(nginx).run(LoadBench.steady(100, count: 50))
        #expect(result.exchanges.outcomes == [.malformed: 50])
    }
}

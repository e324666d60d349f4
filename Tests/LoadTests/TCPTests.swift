import Glibc
import LinuxSystem
import Load
import Measures
import Plan
import Recording
import Testing

@Suite(.serialized) struct TCPTests {
    private func bench(
        _ port: UInt16,
        send: String = "",
        expect: TCPRequestPlan.Expectation = .nothing,
        timeout: Duration = .seconds(5)
    ) -> LoadBench {
        var bench = LoadBench(port: port)
        bench.request = .tcp(
            TCPRequestPlan(
                target: HostPort(host: "127.0.0.1", port: port),
                send: Array(send.utf8),
                expect: expect,
                timeout: timeout
            )
        )
        return bench
    }

    @Test("a connection alone is opened for each request, none is kept")
    func connects() async throws {
        let server = try RawServer { _, _ in nil }
        let result = try await bench(server.port).run(LoadBench.steady(200, count: 200))
        #expect(result.exchanges.outcomes == [.ok: 200])
        #expect(result.summary.connections == 200)
        // The kernel opens a connection before the server's thread has taken it.
        for _ in 0..<2_000 where server.accepted < 200 { try await Task.sleep(for: .milliseconds(1)) }
        #expect(server.accepted == 200)
        #expect(result.exchanges.allSatisfy { $0.responseTime > .zero })
        server.end()
        let refused = try await bench(server.port).run(LoadBench.steady(200, count: 100))
        #expect(refused.exchanges.outcomes == [.refused: 100])
    }

    @Test("bytes come back on the same connection; other bytes, an early end and silence are told apart")
    func echoes() async throws {
        let replies: [(RawServer.Reply?, Outcome)] = [
            (.init(pieces: ["pi", "ng\r\n\r\n"], pauseMicroseconds: 2_000), .ok),
            (.init(pieces: ["pong\r\n\r\n"]), .wrongAnswer),
            (.init(pieces: ["pi"], thenClose: true), .cutOff),
            (nil, .timedOut),
        ]
        for (reply, outcome) in replies {
            let server = try RawServer { _, _ in reply }
            defer { server.end() }
            let echo = bench(server.port, send: "ping\r\n\r\n", expect: .echo, timeout: .milliseconds(300))
            let result = try await echo.run(LoadBench.steady(50, count: 25))
            #expect(result.exchanges.outcomes == [outcome: 25])
            if outcome == .ok { #expect(server.accepted < 10) }
        }
    }

    @Test("a server that stands still or dies is told truly", .enabled(if: LoadNginx.isInstalled))
    func truth() async throws {
        let nginx = try LoadNginx()
        let request = "HEAD /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n"
        let answer = "HTTP/1.1 200 OK\r\n"
        let head = bench(nginx.port, send: request, expect: .bytes(Array(answer.utf8)))
        // The rest of the answer is what nobody asked for: each request has its own connection, also when many wait.
        let truth = WireTruth(bench: head, good: .ok)
        try await truth.stall { nginx.signal($0) }
        try await truth.kill({ nginx.signal(SIGKILL) }, start: { try nginx.start() })
    }
}

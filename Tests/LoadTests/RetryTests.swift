import Glibc
import LinuxSystem
import Load
import Measures
import Recording
import Testing

/// Requests that are sent again, and connections that serve only so many.
@Suite(.timeLimit(.minutes(1)))
struct RetryTests {
    @Test(
        "a request without an answer is sent again, counted apart, and its time counts from when it was due"
    )
    func sentAgain() async throws {
        // Every other connection loses its first request.
        let server = try RawServer { connection, request in
            request == 1 && connection % 2 == 1 ? .close : .ok()
        }
        defer { server.end() }
        var bench = LoadBench(port: server.port)
        bench.retries = 10
        bench.reuse = 1
        let result = try await bench.run(LoadBench.steady(100, count: 50))
        #expect(result.exchanges.outcomes == [.answered(status: 200): 50])
        let retries = result.summary.retries
        #expect(result.summary.offered == 50 && retries >= 25)
        #expect(server.requests.count == 50 + retries)
        #expect(result.batches.compactMap(\.reading.retries).reduce(0, +) == retries)
        // Each try is at least 5 ms after the one before, and all of it is in the response time.
        let pauses = result.exchanges.reduce(0) { $0 + Int($1.responseTime.seconds / 0.005) }
        #expect(pauses >= retries)
    }

    @Test(
        "when the last try fails too, the request ends as that did; without retries nothing is sent twice",
        arguments: [0, 1, 3]
    )
    func usedUp(_ retries: Int) async throws {
        let server = try RawServer { _, _ in .close }
        defer { server.end() }
        var bench = LoadBench(port: server.port, method: "POST")
        bench.retries = retries
        let result = try await bench.run(LoadBench.steady(200, count: 40))
        #expect(result.exchanges.count == 40 && result.summary.retries == 40 * retries)
        #expect(result.exchanges.allSatisfy { $0.outcome.certainty == .unknown })
        #expect(server.requests.count == 40 * (retries + 1))
    }

    @Test("where nothing listens each request is refused once, after its tries")
    func refused() async throws {
        var bench = LoadBench(port: try LoadNginx.freePort())
        bench.retries = 3
        let result = try await bench.run(LoadBench.steady(500, count: 200))
        #expect(result.exchanges.outcomes == [.refused: 200])
        #expect(result.summary.offered == 200)
        // Never sent: no lateness of sending.
        #expect(
            result.exchanges.allSatisfy { $0.sent == $0.intended && $0.responseTime >= .milliseconds(15) }
        )
    }

    @Test("a server that is away for a moment costs time and no request")
    func shortOutage() async throws {
        let server = try RawServer { _, request in
            request % 100 == 0 ? .close : .ok()
        }
        defer { server.end() }
        var bench = LoadBench(port: server.port, method: "POST", connections: 4)
        bench.retries = 1
        let result = try await bench.run(LoadBench.steady(2_000, count: 2_000))
        #expect(result.exchanges.outcomes == [.answered(status: 200): 2_000])
        #expect(result.summary.retries > 0)
    }

    @Test("a stop accounts for what waited to be sent again")
    func stopped() async throws {
        let server = try RawServer { _, _ in .close }
        defer { server.end() }
        var bench = LoadBench(port: server.port)
        bench.retries = 10
        let result = try await bench.run(LoadBench.steady(500, count: 5_000)) { zero, run in
            Clocks.sleepUntil(monotonic: zero + 300_000_000)
            run.stop()
        }
        #expect(result.summary.offered == result.exchanges.count && result.exchanges.count < 5_000)
    }

    @Test(
        "a connection serves as many requests as it may; one a request says so to the server",
        arguments: [1, 7]
    )
    func reuse(_ limit: Int) async throws {
        let server = try RawServer { _, _ in .ok() }
        defer { server.end() }
        var bench = LoadBench(port: server.port, connections: 1)
        bench.reuse = limit
        let result = try await bench.run(LoadBench.steady(200, count: 70))
        #expect(result.exchanges.outcomes == [.answered(status: 200): 70])
        #expect(result.summary.connections == 70 / limit && server.accepted == 70 / limit)
        #expect(server.requests.allSatisfy { $0.contains("Connection: close\r\n") == (limit == 1) })
    }
}

import LinuxSystem
import Measures
import Plan
import Recording
import Synchronization
import Testing

@Suite(.serialized) struct UDPTests {
    private func bench(
        _ port: UInt16,
        _ payload: EchoRequestPlan.Payload = .numbered(size: 64),
        timeout: Duration = .seconds(2)
    ) -> LoadBench {
        var bench = LoadBench(port: port)
        bench.request = .udp(
            EchoRequestPlan(
                target: HostPort(host: "127.0.0.1", port: port),
                payload: payload,
                timeout: timeout
            )
        )
        return bench
    }

    @Test("every datagram that comes back is ok, each on its number, few sockets for many")
    func echoes() async throws {
        let server = try DatagramServer { _, request in [request] }
        defer { server.end() }
        let arrivals = LoadBench.steady(1_000, count: 2_000)
        let result = try await bench(server.port).run(arrivals)
        #expect(result.exchanges.map(\.intended) == arrivals)
        #expect(result.exchanges.outcomes == [.ok: 2_000])
        #expect(Set(server.requests).count == 2_000)
        #expect(server.peerPorts <= 50)
        let large = try await bench(server.port, .numbered(size: 65_507)).run(LoadBench.steady(50, count: 20))
        #expect(large.exchanges.outcomes == [.ok: 20])
    }

    @Test("a datagram that is lost has timed out, and no other")
    func lost() async throws {
        let server = try DatagramServer { number, request in number % 10 == 3 ? [] : [request] }
        defer { server.end() }
        let result = try await bench(server.port, timeout: .milliseconds(200)).run(
            LoadBench.steady(500, count: 1_000)
        )
        #expect(result.exchanges.outcomes == [.ok: 900, .timedOut: 100])
        for (number, exchange) in result.exchanges.enumerated() {
            #expect((exchange.outcome == .timedOut) == (number % 10 == 3))
        }
    }

    @Test("doubled and late answers never pass for another request's, with a number in them or without")
    func late() async throws {
        // Every answer comes one request late, and twice.
        for payload in [.numbered(size: 32), .fixed(Array("hello".utf8), .echo)] as [EchoRequestPlan.Payload]
        {
            let last = Mutex<[UInt8]>([])
            let server = try DatagramServer { _, request in
                last.withLock { last in
                    defer { last = request }
                    return [last, last]
                }
            }
            defer { server.end() }
            let result = try await bench(server.port, payload, timeout: .milliseconds(100))
                .run(LoadBench.steady(20, count: 40))
            let outcomes = result.exchanges.outcomes
            // What the server sends goes to whoever asked last. Of numbered ones the late answer is known as such; of
            // fixed ones it cannot be told from the right one, save the first, which is empty.
            switch payload {
            case .numbered: #expect(outcomes == [.timedOut: 39, .wrongAnswer: 1])
            case .fixed: #expect(outcomes == [.ok: 39, .wrongAnswer: 1])
            }
        }
        let server = try DatagramServer { _, request in [request, request] }
        defer { server.end() }
        let fixed = try await bench(server.port, .fixed([1], .echo)).run(LoadBench.steady(200, count: 200))
        #expect(fixed.exchanges.outcomes == [.ok: 200])
        #expect(server.peerPorts > 150, "a socket for each")
    }

    @Test("a port where nobody listens refuses, at once and each time")
    func refused() async throws {
        let port = try LoadNginx.freePort()
        let result = try await bench(port).run(LoadBench.steady(200, count: 200))
        #expect(result.exchanges.outcomes == [.refused: 200])
        #expect(result.exchanges.allSatisfy { $0.responseTime < .seconds(1) })
    }

    @Test("a datagram that no packet can carry is not sent, and ends nothing")
    func tooLarge() async throws {
        let result = try await bench(9, .fixed([UInt8](repeating: 0, count: 65_508), .echo))
            .run(LoadBench.steady(100, count: 20))
        #expect(result.exchanges.outcomes == [.notConnected: 20])
    }
}

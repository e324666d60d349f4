import Glibc
import LinuxSystem
import Load
import Measures
import Plan
import Recording
import Testing

/// gRPC against a grpc-swift server, and against nginx, which can be stopped and killed.
@Suite(.serialized) struct GRPCTests {
    private static func bench(
        _ port: UInt16,
        _ call: GRPCRequestPlan.Call,
        token: String? = nil
    ) -> LoadBench {
        var bench = LoadBench(port: port)
        bench.request = .grpc(
            GRPCRequestPlan(
                target: HostPort(host: "127.0.0.1", port: port),
                call: call,
                metadata: token.map { [HTTPField(name: "X-Token", value: $0)] } ?? [],
                timeout: .seconds(5)
            )
        )
        return bench
    }

    @Test("health, calls, metadata and every kind of status are what the server said")
    func statuses() async throws {
        try await GRPCServerUnderLoad.run { port in
            let arrivals = LoadBench.steady(500, count: 500)
            let message = [UInt8](repeating: 7, count: 40_000)
            let rows: [(GRPCRequestPlan.Call, String?, Outcome)] = [
                (.health(service: ""), nil, .ok),
                (.health(service: "down"), nil, .error(AnswerError(.health, 2))),
                (.health(service: "none"), nil, .error(AnswerError(.grpc, 5))),
                (.unary(path: "/test.Echo/Echo", message: [1, 2, 3]), "secret", .ok),
                (.unary(path: "/test.Echo/Echo", message: message), "secret", .ok),
                (.unary(path: "/test.Echo/Echo", message: []), nil, .error(AnswerError(.grpc, 16))),
                (.unary(path: "/test.Echo/None", message: []), nil, .error(AnswerError(.grpc, 12))),
            ]
            for (call, token, outcome) in rows {
                let result = try await Self.bench(port, call, token: token).run(arrivals)
                #expect(result.exchanges.map(\.intended) == arrivals)
                #expect(result.exchanges.outcomes == [outcome: 500])
                #expect(result.summary.connections <= 50)
            }
        }
    }

    @Test("a server that stands still or dies is told truly", .enabled(if: LoadNginx.isInstalled))
    func truth() async throws {
        let nginx = try LoadNginx(http2: true)
        let truth = WireTruth(bench: Self.bench(nginx.port, .health(service: "")), good: .ok)
        try await truth.stall { nginx.signal($0) }
        try await truth.kill({ nginx.signal(SIGKILL) }, start: { try nginx.start() })
    }

    @Test(
        "a status before any message, and a server without the service",
        .enabled(if: LoadNginx.isInstalled)
    )
    func proxies() async throws {
        let nginx = try LoadNginx(http2: true)
        let arrivals = LoadBench.steady(100, count: 20)
        let down = try await Self.bench(nginx.port, .unary(path: "/a.B/Down", message: [])).run(arrivals)
        #expect(down.exchanges.outcomes == [.error(AnswerError(.grpc, 14)): 20])
        let none = try await Self.bench(nginx.port, .unary(path: "/a.B/None", message: [])).run(arrivals)
        #expect(none.exchanges.outcomes == [.error(AnswerError(.grpc, 12)): 20])
    }
}

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
        token: String? = nil,
        trust: TLSPlan.Trust? = nil,
        streams: Int = 1
    ) -> LoadBench {
        var bench = LoadBench(port: port)
        bench.request = .grpc(
            GRPCRequestPlan(
                target: HostPort(host: "127.0.0.1", port: port),
                call: call,
                metadata: token.map { [HTTPField(name: "X-Token", value: $0)] } ?? [],
                streams: streams,
                tls: trust.map { TLSPlan(trust: $0, serverName: "localhost") },
                timeout: .seconds(5)
            )
        )
        return bench
    }

    @Test("health, calls, metadata and every kind of status are what the server said", arguments: [1, 10])
    func statuses(streams: Int) async throws {
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
                let result = try await Self.bench(port, call, token: token, streams: streams).run(arrivals)
                #expect(result.exchanges.map(\.intended) == arrivals)
                #expect(result.exchanges.outcomes == [outcome: 500])
                #expect(result.summary.connections <= 50)
            }
        }
    }

    @Test("inside TLS it is the same, for whoever is trusted")
    func secured() async throws {
        try await GRPCServerUnderLoad.run(secured: true) { port in
            let arrivals = LoadBench.steady(500, count: 500)
            let message = [UInt8](repeating: 7, count: 40_000)
            let rows: [(GRPCRequestPlan.Call, Outcome)] = [
                (.health(service: ""), .ok), (.unary(path: "/test.Echo/Echo", message: message), .ok),
                (.unary(path: "/test.Echo/None", message: []), .error(AnswerError(.grpc, 12))),
            ]
            for (call, outcome) in rows {
                let result = try await Self.bench(port, call, token: "secret", trust: DataServer.authority())
                    .run(arrivals)
                #expect(result.exchanges.outcomes == [outcome: 500])
                #expect(result.exchanges.compactMap(\.setUp).allSatisfy { $0.secure > .zero })
            }
            let strange = try await Self.bench(port, .health(service: ""), trust: .system).run(arrivals)
            #expect(strange.exchanges.outcomes == [.notSecured: 500])
        }
    }

    @Test(
        "a server that does not agree on HTTP/2 inside TLS is not spoken to",
        .enabled(if: DataServer.hasRedis, "redis-server is missing: apt-get install redis-server")
    )
    func noAgreement() async throws {
        // Redis' TLS knows nothing of ALPN.
        let server = try DataServer.redis(secured: true)
        let result = try await Self.bench(server.port, .health(service: ""), trust: DataServer.authority())
            .run(LoadBench.steady(100, count: 50))
        #expect(result.exchanges.outcomes == [.notSecured: 50])
        #expect(result.summary.complaint?.contains("does not agree on h2") == true)
    }

    @Test(
        "a server that stands still or dies is told truly, also inside TLS",
        .enabled(if: LoadNginx.isInstalled),
        arguments: [false, true]
    )
    func truth(isSecure: Bool) async throws {
        let nginx = try LoadNginx(http2: true)
        let port = isSecure ? nginx.securePort : nginx.port
        let truth = WireTruth(
            bench: Self.bench(port, .health(service: ""), trust: isSecure ? try DataServer.authority() : nil),
            good: .ok
        )
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

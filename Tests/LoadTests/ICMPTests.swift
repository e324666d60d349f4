import Glibc
import LinuxSystem
import Measures
import Plan
import Recording
import Testing

@Suite(.serialized, .enabled(if: getuid() == 0, "needs root for a raw socket"))
struct ICMPTests {
    private func bench(_ host: String, timeout: Duration = .seconds(1), size: Int = 56) -> LoadBench {
        var bench = LoadBench(port: 0)
        bench.request = .icmp(
            EchoRequestPlan(
                target: HostPort(host: host, port: 0),
                payload: .numbered(size: size),
                timeout: timeout
            )
        )
        return bench
    }

    @Test(
        "the kernel answers each echo request, IPv4 and IPv6, small and in fragments",
        arguments: ["127.0.0.1", "::1"]
    )
    func answered(host: String) async throws {
        let arrivals = LoadBench.steady(500, count: 1_000)
        let result = try await bench(host).run(arrivals)
        #expect(result.exchanges.map(\.intended) == arrivals)
        #expect(result.exchanges.outcomes == [.ok: 1_000])
        let large = try await bench(host, size: 60_000).run(LoadBench.steady(50, count: 20))
        #expect(large.exchanges.outcomes == [.ok: 20])
    }

    @Test("two loads to one host do not take each other's answers")
    func apart() async throws {
        let arrivals = LoadBench.steady(300, count: 600)
        async let first = bench("127.0.0.1").run(arrivals)
        async let second = bench("127.0.0.1").run(arrivals)
        let outcomes = try await [first.exchanges.outcomes, second.exchanges.outcomes]
        #expect(outcomes == [[.ok: 600], [.ok: 600]])
    }
}

import LinuxSystem
import Measures
import Plan
import Recording
import Testing

@Suite(
    .serialized,
    .enabled(if: LoadDNSServer.isInstalled, "dnsmasq is missing: apt-get install dnsmasq-base")
)
struct DNSTests {
    private func bench(
        _ port: UInt16,
        _ name: String = "web.test",
        _ type: DNSRequestPlan.RecordType = .a,
        over: DNSRequestPlan.Transport
    ) -> LoadBench {
        var bench = LoadBench(port: port)
        bench.request = .dns(
            DNSRequestPlan(
                server: HostPort(host: "127.0.0.1", port: port),
                name: name,
                type: type,
                over: over,
                timeout: .seconds(3)
            )
        )
        return bench
    }

    @Test(
        "answers and codes are the server's, over UDP and TCP",
        arguments: DNSRequestPlan.Transport.allCases
    )
    func answers(over: DNSRequestPlan.Transport) async throws {
        let server = try LoadDNSServer()
        let whole: Outcome = over == .tcp ? .ok : .wrongAnswer
        let rows: [(String, DNSRequestPlan.RecordType, Outcome)] = [
            ("web.test", .a, .ok), ("WEB.test", .aaaa, .ok),
            ("none.test", .a, .error(AnswerError(.dns, 3))),
            ("example.org", .mx, .error(AnswerError(.dns, 5))),
            // Two thousand bytes: more than a datagram takes.
            ("large.test", .txt, whole),
        ]
        for (name, type, outcome) in rows {
            let result = try await bench(server.port, name, type, over: over).run(
                LoadBench.steady(200, count: 100)
            )
            #expect(result.exchanges.outcomes == [outcome: 100], "\(name)")
        }
    }

    /// Over TCP each connection has a child of dnsmasq's own, which neither stands still nor dies with it.
    @Test("a server that stands still or dies is told truly")
    func truth() async throws {
        let server = try LoadDNSServer()
        let truth = WireTruth(bench: bench(server.port, over: .udp), good: .ok)
        try await truth.stall { server.signal($0) }
        try await truth.kill({ server.kill() }, start: { try server.start() })
    }
}

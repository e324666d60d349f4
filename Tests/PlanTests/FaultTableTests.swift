import Impairments
import Measures
import Testing

@testable import Plan

/// Every row of the fault table with every parameter, exact.
@Suite struct FaultTableTests {
    private func kind(_ fault: String) throws -> FaultKind {
        let yaml = BadFile("", replacing: "delay: { latency: 100ms }", with: fault, expects: []).yaml
        return try #require(try Plan(yaml: yaml, fileName: "web.yaml").faults.first).kind
    }

    private func impairment(_ fault: String) throws -> (Impairment, TrafficPlan) {
        guard case .impairment(_, _, let asked, let traffic) = try kind(fault) else {
            throw BadKind()
        }
        return (asked, traffic)
    }

    private struct BadKind: Error {}

    private static func share(_ text: String) -> Share { Share(text) ?? .zero }

    @Test(arguments: [
        (
            "delay: { latency: 200us, jitter: 50us, distribution: pareto, correlation: 25% }",
            Impairment(
                latency: .microseconds(200),
                jitter: .microseconds(50),
                distribution: .pareto,
                delayCorrelation: share("25%")
            )
        ),
        (
            "delay: { latency: 1ms, jitter: 1ms, distribution: [-8192, 0, 8192] }",
            Impairment(
                latency: .milliseconds(1),
                jitter: .milliseconds(1),
                distribution: .entries([-8192, 0, 8192])
            )
        ),
        (
            "delay: { latency: 1ms, reorder: { share: 25%, correlation: 50%, gap: 5 } }",
            Impairment(
                latency: .milliseconds(1),
                reordering: Reordering(share: share("25%"), correlation: share("50%"), gap: 5)
            )
        ),
        ("delay: 30ms", Impairment(latency: .milliseconds(30))),
        ("loss: 0.05%", Impairment(loss: .random(share("0.05%")))),
        (
            "loss: { share: 1%, correlation: 25% }",
            Impairment(loss: .random(share("1%"), correlation: share("25%")))
        ),
        (
            "loss: { gilbert-elliott: { p: 1%, r: 10%, 1-h: 75%, 1-k: 0.1% } }",
            Impairment(
                loss: .gilbertElliott(
                    toBad: share("1%"),
                    toGood: share("10%"),
                    lossInBad: share("75%"),
                    lossInGood: share("0.1%")
                )
            )
        ),
        (
            "loss: { gilbert-elliott: { p: 1% } }",
            Impairment(loss: .gilbertElliott(toBad: share("1%"), toGood: share("99%")))
        ),
        (
            "loss: { four-state: { p13: 1%, p31: 90%, p32: 5%, p23: 50%, p14: 2% } }",
            Impairment(
                loss: .fourState(
                    p13: share("1%"),
                    p31: share("90%"),
                    p32: share("5%"),
                    p23: share("50%"),
                    p14: share("2%")
                )
            )
        ),
        (
            "duplicate: { share: 1%, correlation: 5% }",
            Impairment(duplicate: Chance(share("1%"), correlation: share("5%")))
        ),
        ("corrupt: 0.1%", Impairment(corrupt: Chance(share("0.1%")))),
        ("rate: 999.5kbit", Impairment(rate: LineRate(bitsPerSecond: 999_500))),
        (
            "rate: { bandwidth: 1gbit, burst: 32KiB, queue: 100, overhead: -14 }",
            Impairment(
                rate: LineRate(bitsPerSecond: 1_000_000_000, burst: 32768, limit: 100, packetOverhead: -14)
            )
        ),
        (
            "slots: { gap: [5ms, 10ms], packets: 3, bytes: 4kB }",
            Impairment(
                slots: Slots(minimum: .milliseconds(5), maximum: .milliseconds(10), packets: 3, bytes: 4000)
            )
        ),
        (
            "delay: { latency: 1ms, loss: 1%, duplicate: 2%, corrupt: 3%, rate: 1mbit }",
            Impairment(
                latency: .milliseconds(1),
                loss: .random(share("1%")),
                duplicate: Chance(share("2%")),
                corrupt: Chance(share("3%")),
                rate: LineRate(bitsPerSecond: 1_000_000)
            )
        ),
    ])
    func `impairments read as they say`(_ fault: String, _ expected: Impairment) throws {
        #expect(try impairment(fault).0 == expected)
    }

    @Test(arguments: [
        ("to: web2", TrafficPlan(peers: [.host("web2")])),
        ("from: web2", TrafficPlan(peers: [.host("web2")], direction: .ingress)),
        (
            "peers: [web2, 10.1.0.0/16, \"fd00::/64\"], direction: both",
            TrafficPlan(
                peers: [.host("web2"), .network("10.1.0.0/16"), .network("fd00::/64")],
                direction: .both
            )
        ),
        ("port: 80, protocol: tcp", TrafficPlan(transport: .tcp, ports: [80...80])),
        ("ports: [80, 8000-8100]", TrafficPlan(ports: [80...80, 8000...8100])),
        ("interface: eth1", TrafficPlan(interface: "eth1")),
        ("user: www-data", TrafficPlan(user: "www-data")),
        ("cgroup: /a/b", TrafficPlan(cgroup: "/a/b")),
        ("flows: 12.5%", TrafficPlan(flows: share("12.5%"))),
    ])
    func `filters read as they say`(_ filter: String, _ expected: TrafficPlan) throws {
        #expect(try impairment("loss: { share: 1%, \(filter) }").1 == expected)
    }

    @Test(arguments: [
        (
            "pause: { process: nginx }",
            FaultKind.pause(on: .hosts(["web1"]), PauseParameters(target: .process("nginx"), way: .signal))
        ),
        (
            "pause: { unit: nginx, by: freezer }",
            .pause(on: .hosts(["web1"]), PauseParameters(target: .unit("nginx.service"), way: .freezer))
        ),
        (
            "stress: { cpu: 80% }",
            .stress(on: .hosts(["web1"]), StressPlan(processor: .init(workers: 1, load: share("80%"))))
        ),
        (
            "stress: { memory: 30%, disk: { folder: /tmp, leave: 1MB } }",
            .stress(
                on: .hosts(["web1"]),
                StressPlan(memory: .share(share("30%")), disk: .init(folder: "/tmp", leave: 1_000_000))
            )
        ),
    ])
    func `process faults read as they say`(_ fault: String, _ expected: FaultKind) throws {
        #expect(try kind(fault) == expected)
    }

    @Test func `limits are whole thousandths, bytes and operations`() throws {
        guard
            case .limit(_, let limit) = try kind(
                "limit: { service: nginx, cpus: 37.5%, memory: 1MiB, read: 10MB/s, write-operations: 100/s }"
            )
        else { throw BadKind() }
        #expect(limit.milliprocessors == 375 && limit.memory == 1 << 20)
        #expect(limit.readBytes == 10_000_000 && limit.writeOperations == 100)
    }

    @Test(arguments: [
        ("delay: { latency: 1ms, correlation: 5% }", "correlation without a jitter has no effect"),
        ("loss: { share: 1%, gilbert-elliott: { p: 1% } }", "loss has a share and a model"),
        ("loss: { gilbert-elliott: { p: 1% }, correlation: 5% }", "takes no correlation"),
        ("loss: { four-state: { p13: 60%, p14: 50% } }", "more than 100% together"),
        ("rate: 10", "without a unit"), ("rate: 10mbps", "an unknown unit"),
        ("rate: 0.5bit", "whole bits a second"),
        ("slots: { gap: [10ms, 5ms] }", "is longer than the longest"),
        ("loss: { share: 1%, to: 10.0.0.7/24 }", "has bits beyond its prefix length"),
        ("loss: { share: 1%, to: 10.0.0.300 }", "is no address"),
        ("loss: { share: 1%, to: web2, from: client }", "more than once"),
        ("loss: { share: 1%, to: web2, direction: ingress }", "contradict each other"),
        ("loss: { share: 1%, user: root, direction: both }", "knows the sender's user only"),
        ("loss: { share: 1%, port: 80, protocol: icmp }", "which has none"),
        ("loss: { share: 1%, interface: lo }", "which faults never touch"),
        ("loss: { share: 1%, port: 0 }", "is no port"),
        ("kill: { process: nginx, restart-after: 1s }", "nobody knows how to start"),
        ("kill: { service: nginx, process: nginx }", "has 2 targets"),
        ("stress: {}", "names nothing to use up"), ("limit: { service: nginx }", "names nothing to limit"),
        ("limit: { service: nginx, cpus: 0.0005 }", "0.01 to 1024"),
        ("limit: { service: nginx, cpus: 1, device: /dev/sda }", "device without a limit"),
        ("stress: { disk: { folder: ../x } }", "without . or .."),
    ])
    func `what cannot be is refused with its reason`(_ fault: String, _ reason: String) {
        let text = fault.hasPrefix("kill") ? fault : fault
        let yaml = BadFile(
            "",
            replacing: "for: 2s, on: web1, delay: { latency: 100ms }",
            with: (fault.hasPrefix("kill") ? "" : "for: 2s, ") + "on: web1, \(text)",
            expects: []
        ).yaml
        let error = #expect(throws: PlanError.self) { try Plan(yaml: yaml, fileName: "web.yaml") }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("web.yaml:14:") == true)
    }

    @Test(arguments: PartitionShape.allCases)
    func `a partition may be named`(shape: PartitionShape) throws {
        let yaml = BadFile(
            "",
            replacing: "on: web1, delay: { latency: 100ms }",
            with: "partition: \(shape.rawValue)",
            expects: []
        ).yaml
        let kind = try Plan(yaml: yaml, fileName: "web.yaml").faults.first?.kind
        #expect(
            kind
                == .partition(
                    .shape(shape, of: ["web1", "web2", "client"]),
                    TrafficPlan(direction: .ingress)
                )
        )
    }

    @Test func `a partition may be a map of who drops whom`() throws {
        let yaml = BadFile(
            "",
            replacing: "on: web1, delay: { latency: 100ms }",
            with: "partition: { drop: { web1: [web2, client], client: web1 }, port: 80 }",
            expects: []
        ).yaml
        let kind = try Plan(yaml: yaml, fileName: "web.yaml").faults.first?.kind
        let drops = [
            PartitionPlan.Drop(host: "web1", from: ["web2", "client"]), .init(host: "client", from: ["web1"]),
        ]
        #expect(kind == .partition(.map(drops), TrafficPlan(ports: [80...80], direction: .ingress)))
    }
}

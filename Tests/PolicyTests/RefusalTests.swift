import Measures
import Plan
import Testing

@testable import Policy

/// Each rule refuses what it is for, by its name and its line, and nothing else.
@Suite struct RefusalTests {
    /// Of the rule that stands on line 2: "rule line", for each refusal.
    private func rules(_ rule: String, _ requests: [FaultRequest], beside held: [FaultRequest] = []) throws
        -> [String]
    {
        try PolicySample.of(rule).refusals(of: requests, beside: held).map {
            "\($0.fault ?? "") \($0.rule) \($0.location ?? "-")"
        }
    }

    private func rules(_ rule: String, _ request: FaultRequest) throws -> [String] {
        try rules(rule, [request])
    }

    @Test func `a kind that is not allowed is refused, and one that is passes`() throws {
        let refused = ["slow#1 faults.allow policy.yaml:2"]
        #expect(try rules("faults: { allow: [loss] }", PolicySample.delay()) == refused)
        #expect(try rules("faults: { allow: [] }", PolicySample.delay()) == refused)
        #expect(try rules("faults: { allow: [delay] }", PolicySample.delay()) == [])
    }

    @Test func `a combination is refused for one of its kinds`() throws {
        let both = PolicySample.delay(kinds: ["delay", "loss"])
        #expect(try rules("faults: { allow: [delay] }", both) == ["slow#1 faults.allow policy.yaml:2"])
        #expect(try rules("faults: { deny: [loss] }", both) == ["slow#1 faults.deny policy.yaml:2"])
        #expect(try rules("faults: { deny: [kill] }", both) == [])
    }

    @Test(arguments: [("eth0", true), ("veth12", true), ("eth1", false), ("xveth", false), ("eth0.1", false)])
    func `a fault acts on the interfaces that are named alone`(name: String, passes: Bool) throws {
        let request = PolicySample.delay(on: try PolicySample.traffic(interface: name))
        let expected = passes ? [] : ["slow#1 interfaces policy.yaml:2"]
        #expect(try rules("interfaces: [eth0, \"veth*\"]", request) == expected)
    }

    @Test func `the loopback is refused by every policy, whatever it names`() throws {
        let request = PolicySample.delay(on: try PolicySample.traffic(interface: "lo"))
        #expect(try rules("interfaces: [lo, \"*\"]", request) == ["slow#1 interfaces -"])
        #expect(Policy.standard.refusals(of: [request]).map(\.rule) == ["interfaces"])
    }

    @Test(arguments: [
        ("10.0.0.1", true), ("10.2.3.4", true), ("10.2.0.0/17", true), ("fd00::7", true),
        ("10.2.0.0/16", true),
        ("10.0.0.2", false), ("10.0.0.0/8", false), ("0.0.0.0/0", false), ("::/0", false), ("fe80::1", false),
    ])
    func `a far end that lies within a protected one is refused, a wider one is not`(
        peer: String,
        isRefused: Bool
    ) throws {
        let request = PolicySample.delay(on: try PolicySample.traffic(["192.0.2.1", peer]))
        let expected = isRefused ? ["slow#1 peers.never policy.yaml:2"] : []
        #expect(try rules("peers: { never: [10.0.0.1, 10.2.0.0/16, \"fd00::/8\"] }", request) == expected)
    }

    @Test func `everybody passes: what is protected is spared by the packet rules`() throws {
        #expect(
            try rules("peers: { never: [10.0.0.1] }", PolicySample.delay(on: try PolicySample.traffic()))
                == []
        )
    }

    @Test(arguments: [
        ([5432...5432], true), ([80...80, 9091...9095], true), ([9090...9100], true), ([], false),
        ([1...65535], false), ([9000...9095], false), ([80...80], false),
    ])
    func `a port that lies within a protected range is refused, a wider range is not`(
        ports: [ClosedRange<UInt16>],
        isRefused: Bool
    ) throws {
        let request = PolicySample.delay(on: try PolicySample.traffic(ports: ports))
        let expected = isRefused ? ["slow#1 ports.never policy.yaml:2"] : []
        #expect(try rules("ports: { never: [5432, 9090-9100] }", request) == expected)
    }

    @Test func `SSH by name is refused unless the policy allows it`() throws {
        let request = PolicySample.delay(on: try PolicySample.traffic(ports: [22...22]))
        #expect(Policy.standard.refusals(of: [request]).map(\.rule) == ["ports.ssh"])
        #expect(try rules("ports: { ssh: refused }", request) == ["slow#1 ports.ssh policy.yaml:2"])
        #expect(try rules("ports: { ssh: allowed }", request) == [])
        let udp = PolicySample.delay(on: try PolicySample.traffic(ports: [22...22], tcp: false))
        #expect(Policy.standard.refusals(of: [udp]) == [])
    }

    @Test func `a fault of just the longest length passes, and one of a nanosecond more does not`() throws {
        let longest = PolicySample.delay(for: .seconds(600))
        let longer = PolicySample.delay(for: .seconds(600) + .nanoseconds(1))
        #expect(try rules("longest: 10m", longest) == [])
        #expect(try rules("longest: 10m", longer) == ["slow#1 longest policy.yaml:2"])
    }

    @Test func `faults that overlap are counted, and those that follow each other are not`() throws {
        let first = PolicySample.delay("a#1", from: .zero, for: .seconds(10))
        let next = PolicySample.delay("b#1", from: .seconds(10), for: .seconds(10))
        let amid = PolicySample.delay("c#1", from: .seconds(9), for: .seconds(2))
        let instant = PolicySample.delay("d#1", from: .seconds(5), for: .zero)
        let rule = "most-at-once: 1"
        #expect(try rules(rule, [first, next]) == [])
        #expect(try rules(rule, [first, next, amid]) == ["c#1 most-at-once policy.yaml:2"])
        #expect(try rules("most-at-once: 2", [first, next, amid]) == [])
        #expect(try rules(rule, [first, instant]) == ["d#1 most-at-once policy.yaml:2"])
    }

    @Test func `a second request cannot go around the number: what was admitted counts too`() throws {
        let first = PolicySample.delay("a#1")
        let second = PolicySample.delay("b#1", from: .seconds(1))
        #expect(try rules("most-at-once: 1", [second]) == [])
        #expect(
            try rules("most-at-once: 1", [second], beside: [first]) == ["b#1 most-at-once policy.yaml:2"]
        )
    }

    @Test func `every refusal of every fault is told at once, with reason and remedy`() throws {
        let policy = try PolicySample.read(
            """
            faultline-policy: 1
            faults: { allow: [loss] }
            longest: 1s
            peers:
              never:
                - 192.0.2.1
                - 10.0.0.1
            """
        )
        let request = PolicySample.delay(on: try PolicySample.traffic(["10.0.0.1"]))
        let refusals = policy.refusals(of: [request, PolicySample.delay("b#1", kinds: ["loss"])])
        let longer = """
            is refused by the rule longest (policy.yaml:3): it lasts 10s, and 1s is the longest; shorten it (a kill \
            without restart-after lasts to the end of the run)
            """
        let expected = """
            slow#1 is refused by the rule faults.allow (policy.yaml:2): delay must not happen here; allowed are loss; \
            take it out of the experiment, or have the operator allow it
            slow#1 \(longer)
            slow#1 is refused by the rule peers.never (policy.yaml:7): packets with far (10.0.0.1) are never touched; leave \
            that far end out
            b#1 \(longer)
            """
        #expect(refusals.map(\.words).joined(separator: "\n") == expected)
    }

    @Test func `without a file everything else passes`() throws {
        let wide = PolicySample.delay(
            kinds: FaultKind.keywords,
            for: .seconds(86_400),
            on: try PolicySample.traffic(["10.0.0.1"], ports: [1...65535])
        )
        #expect(Policy.standard.refusals(of: Array(repeating: wide, count: 100)) == [])
        #expect(Policy.standard.refusal(ofLease: .seconds(60)) == nil)
        #expect(Policy.standard.refusal(ofService: "nginx") == nil)
        #expect(Policy.standard.captureRefusal == nil)
    }

    @Test func `leases, services and recordings have rules of their own`() throws {
        let lease = try PolicySample.of("longest-lease: 5s")
        #expect(lease.refusal(ofLease: .seconds(5)) == nil)
        #expect(lease.refusal(ofLease: .seconds(6))?.rule == "longest-lease")
        #expect(try PolicySample.of("services: refused").refusal(ofService: "nginx")?.rule == "services")
        #expect(try PolicySample.of("services: allowed").refusal(ofService: "nginx") == nil)
        #expect(try PolicySample.of("captures: refused").captureRefusal?.location == "policy.yaml:2")
        #expect(try PolicySample.of("captures: allowed").captureRefusal == nil)
    }
}

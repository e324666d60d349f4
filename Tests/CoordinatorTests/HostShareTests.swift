import AgentProtocol
import Containers
import Impairments
import Measures
import Plan
import Schedule
import Testing

@testable import Coordinator

/// Who gets what of a fault.
@Suite struct HostShareTests {
    private func message(_ fault: ScheduledFault, on host: String) -> Faultline_Agent_V1_Fault? {
        let addresses = ["a": ["10.77.0.11"], "b": ["10.77.0.12"], "c": ["10.77.0.13"]]
        return HostShare(addresses: addresses, faults: [fault]).message(of: fault, on: host)
    }

    private func partition(_ from: [String], _ to: [String], both: Bool) -> ScheduledFault {
        ScheduledFault(
            id: "cut#1",
            name: "cut",
            start: .zero,
            end: Instant(.seconds(1)),
            action: .partition(
                .sides(from: from, to: to, bothWays: both),
                drops: PartitionPlan.drops(from: from, to: to, bothWays: both),
                TrafficPlan(direction: .ingress)
            )
        )
    }

    private func dropped(_ fault: ScheduledFault, on host: String) -> [String] {
        message(fault, on: host)?.drop.traffic.peers.map(\.name).sorted() ?? []
    }

    @Test func `a one-way cut drops on the receiving side alone`() {
        let fault = partition(["a"], ["b"], both: false)
        #expect(dropped(fault, on: "b") == ["a"])
        #expect(message(fault, on: "a") == nil)
        #expect(message(fault, on: "c") == nil)
    }

    @Test func `a two-way cut drops on both sides`() {
        let fault = partition(["a"], ["b", "c"], both: true)
        #expect(dropped(fault, on: "a") == ["b", "c"])
        #expect(dropped(fault, on: "b") == ["a"])
        #expect(dropped(fault, on: "c") == ["a"])
    }

    @Test
    func
        `a fault in a container is an action of its own, towards everybody, its own host too where that is named`()
    {
        let asked = Impairment(latency: .milliseconds(100))
        let inside = { (peers: [PeerPlan]) in
            ScheduledFault(
                id: "slow#1",
                name: "slow",
                start: .zero,
                end: Instant(.seconds(1)),
                action: .impairment(
                    hosts: ["a"],
                    .delay,
                    asked,
                    TrafficPlan(peers: peers, container: ContainerSelector(name: "web1"))
                )
            )
        }
        // What an agent that does not know of containers reads is no action: it refuses, and does not hit its host.
        let message = self.message(inside([]), on: "a")
        guard case .inside(let wire) = message?.action else {
            return #expect(Bool(false), "\(message as Any)")
        }
        #expect(wire.container.name == "web1" && wire.impair.latencyNs == 100_000_000)
        #expect(wire.impair.traffic.peers.isEmpty && !wire.impair.traffic.hasProbe)
        let named = self.message(inside([.host("a"), .host("b")]), on: "a")?.inside.impair.traffic
        #expect(named?.peers.map(\.name) == ["a", "b"] && named?.probe.name == "a")
        #expect(self.message(inside([]), on: "b") == nil)
    }

    @Test func `what a container's own probe felt is one fault's alone while no other is on its way`() {
        let fault = { (name: String, container: String?) in
            ScheduledFault(
                id: "\(name)#1",
                name: name,
                start: Instant(.seconds(5)),
                end: Instant(.seconds(9)),
                action: .impairment(
                    hosts: ["a"],
                    .delay,
                    Impairment(latency: .milliseconds(1)),
                    TrafficPlan(container: container.map { ContainerSelector(name: $0) })
                )
            )
        }
        let (inside, host) = (fault("inside", "web1"), fault("host", nil))
        let overlaps = PathOverlaps([inside, host])
        #expect(overlaps.spans(with: inside, on: "a").count == 1)
        // The host's probe does not pass the container.
        #expect(overlaps.spans(with: host, on: "a").isEmpty)
    }

    @Test func `a delay without named peers is towards every other host`() {
        let asked = Impairment(latency: .milliseconds(100))
        let fault = ScheduledFault(
            id: "slow#1",
            name: "slow",
            start: .zero,
            end: Instant(.seconds(1)),
            action: .impairment(hosts: ["a"], .delay, asked, TrafficPlan())
        )
        let message = self.message(fault, on: "a")
        #expect(message?.impair.traffic.peers.map(\.name) == ["b", "c"])
        #expect(message?.impair.traffic.peers.map(\.address) == ["10.77.0.12", "10.77.0.13"])
        #expect(message?.impair.latencyNs == 100_000_000)
        #expect(self.message(fault, on: "b") == nil)
    }

    @Test(arguments: [
        ("10.77.0.0/24", "10.77.0.12"), ("fd77::/64", "fd77::c"), ("fd77::d", "fd77::d"), ("10.9.0.0/16", ""),
    ])
    func `a path is probed at an address that the fault concerns`(network: String, probed: String) {
        var traffic = TrafficPlan()
        traffic.peers = [.network(network)]
        let fault = ScheduledFault(
            id: "slow#1",
            name: "slow",
            start: .zero,
            end: Instant(.seconds(1)),
            action: .impairment(hosts: ["a"], .delay, Impairment(latency: .milliseconds(1)), traffic)
        )
        let both = HostShare(
            addresses: [
                "a": ["10.77.0.11", "fd77::b"], "b": ["10.77.0.12", "fd77::c"],
                "c": ["10.77.0.13", "fd77::d"],
            ],
            faults: [fault]
        )
        #expect(both.message(of: fault, on: "a")?.impair.traffic.probe.address == probed)
    }

    @Test func `a host is told the addresses of those that its loads call, and of no others`() throws {
        let addresses = ["a": ["10.77.0.11"], "b": ["10.77.0.12", "fd77::c"], "c": ["10.77.0.13"]]
        let share = HostShare(addresses: addresses, faults: [])
        let text = """
            load: { one: { from: b, http: { url: "http://HOST/", timeout: 1s }, rate: 1/s } }
            """
        let told = { (host: String) in
            let plan = try Plan(
                yaml: "faultline: 1\nname: x\nlab: { hosts: { a: {}, b: {}, c: {} } }\n"
                    + text.replacing("HOST", with: host)
                    + "\ntargets: { availability: { objective: \"90\", load: one } }\nduration: 1s\n",
                fileName: "x"
            )
            return share.names(called: plan.loads).map { "\($0.name) \($0.address)" }
        }
        #expect(try told("a") == ["a 10.77.0.11"])
        #expect(try told("b.ip6") == ["b 10.77.0.12", "b fd77::c"])
        #expect(share.names(called: []).isEmpty)
    }
}

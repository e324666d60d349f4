import AgentProtocol
import Impairments
import Measures
import Plan
import Schedule
import Testing

@testable import Coordinator

/// Who gets what of a fault.
@Suite struct HostShareTests {
    private let share = HostShare(
        addresses: ["a": ["10.77.0.11"], "b": ["10.77.0.12"], "c": ["10.77.0.13"]],
        faults: []
    )

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
        share.message(of: fault, on: host)?.drop.traffic.peers.map(\.name).sorted() ?? []
    }

    @Test func `a one-way cut drops on the receiving side alone`() {
        let fault = partition(["a"], ["b"], both: false)
        #expect(dropped(fault, on: "b") == ["a"])
        #expect(share.message(of: fault, on: "a") == nil)
        #expect(share.message(of: fault, on: "c") == nil)
    }

    @Test func `a two-way cut drops on both sides`() {
        let fault = partition(["a"], ["b", "c"], both: true)
        #expect(dropped(fault, on: "a") == ["b", "c"])
        #expect(dropped(fault, on: "b") == ["a"])
        #expect(dropped(fault, on: "c") == ["a"])
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
        let message = share.message(of: fault, on: "a")
        #expect(message?.impair.traffic.peers.map(\.name) == ["b", "c"])
        #expect(message?.impair.traffic.peers.map(\.address) == ["10.77.0.12", "10.77.0.13"])
        #expect(message?.impair.latencyNs == 100_000_000)
        #expect(share.message(of: fault, on: "b") == nil)
    }

    @Test(arguments: [
        ("10.77.0.0/24", "10.77.0.12"), ("fd77::/64", "fd77::c"), ("fd77::d", "fd77::d"), ("10.9.0.0/16", ""),
    ])
    func `a path is probed at an address that the fault concerns`(network: String, probed: String) {
        let both = HostShare(
            addresses: [
                "a": ["10.77.0.11", "fd77::b"], "b": ["10.77.0.12", "fd77::c"],
                "c": ["10.77.0.13", "fd77::d"],
            ],
            faults: []
        )
        var traffic = TrafficPlan()
        traffic.peers = [.network(network)]
        let fault = ScheduledFault(
            id: "slow#1",
            name: "slow",
            start: .zero,
            end: Instant(.seconds(1)),
            action: .impairment(hosts: ["a"], .delay, Impairment(latency: .milliseconds(1)), traffic)
        )
        #expect(both.message(of: fault, on: "a")?.impair.traffic.probe.address == probed)
    }
}

import Impairments
import Measures
import Plan
import Recording
import Schedule
import Testing
import Timeline

@testable import Decomposition

@Suite("Faults that hold packets")
struct HoldingFaultsTests {
    private func parts(
        on host: String,
        _ direction: TrafficPlan.Direction = .egress,
        to peer: PeerPlan? = nil,
        port: UInt16? = nil,
        transport: TrafficPlan.Transport? = nil
    ) -> [Part] {
        let traffic = TrafficPlan(
            peers: peer.map { [$0] } ?? [],
            transport: transport,
            ports: port.map { [$0...$0] } ?? [],
            direction: direction
        )
        let action = ScheduledFault.Action.impairment(
            hosts: [host],
            .delay,
            Impairment(latency: .milliseconds(20)),
            traffic
        )
        return action.parts(of: MadeRun().load, servers: ["web"])
    }

    @Test("what is held is named at the part in which it lies between two stamps")
    func places() {
        #expect(parts(on: "client") == [.clientQueue])
        #expect(parts(on: "client", .ingress) == [.clientAgain])
        #expect(parts(on: "client", .both, to: .host("web")) == [.clientQueue, .clientAgain])
        #expect(parts(on: "web") == [.server])
        #expect(parts(on: "web", .ingress, to: .host("client")) == [.server])
        #expect(parts(on: "web", to: .network("10.0.0.0/8")) == [.server])
    }

    @Test("what concerns other packets is named nowhere")
    func others() {
        #expect(parts(on: "db").isEmpty)
        #expect(parts(on: "client", to: .host("db")).isEmpty)
        #expect(parts(on: "web", to: .host("db")).isEmpty)
        #expect(parts(on: "client", port: 9).isEmpty)
        #expect(parts(on: "client", transport: .udp).isEmpty)
        #expect(parts(on: "client", port: 8080, transport: .tcp) == [.clientQueue])
    }

    @Test("a fault is named in the phases in which it acted, and only when it did")
    func phases() {
        let fault = ScheduledFault(
            id: "slow#1",
            name: "slow",
            start: Instant(.seconds(1)),
            end: Instant(.seconds(2)),
            action: .impairment(
                hosts: ["client"],
                .delay,
                Impairment(latency: .milliseconds(20)),
                TrafficPlan()
            )
        )
        var run = MadeRun(requests: (0..<3).map { .init(intended: $0 * 1_000_000_000 + 1_000_000) })
        run.phases = [
            Phase(kind: .baseline, start: .zero, end: fault.start),
            Phase(kind: .fault(id: "slow#1", name: "slow"), start: fault.start, end: fault.end),
            Phase(kind: .recovery(after: "slow#1"), start: fault.end, end: Instant(.seconds(3))),
        ]
        for started in [BoundedInstant(fault.start, bound: .zero), nil] {
            run.faults = [
                FaultTimeline(
                    scheduled: fault,
                    description: "",
                    started: started,
                    ended: nil,
                    injections: [],
                    observations: [],
                    recovery: Recovery(
                        due: 0,
                        bad: 0,
                        timeToImpact: nil,
                        outage: .zero,
                        timeToRecover: nil,
                        censored: false,
                        longestBurst: 0
                    )
                )
            ]
            let split = run.splitting().finish(run.timeline).loads[0]
            #expect(split.servers == ["web"] && split.clients == ["client"])
            let names = split.phases.map { $0[.clientQueue].faults }
            #expect(names == (started == nil ? [[], [], []] : [[], ["slow"], []]))
            #expect(split.phases.allSatisfy { $0.split == 1 && $0[.server].faults.isEmpty })
        }
    }
}

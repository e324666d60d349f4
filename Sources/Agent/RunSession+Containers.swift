import AgentProtocol
import Containers
import Faults
import Impairments
import LinuxSystem
import Measures
import Packetfilter
import Recording
import SwiftProtobuf

/// How a session arms packet faults in the networks of containers.
extension RunSession {
    func arm(_ wire: Faultline_Agent_V1_Inside, _ fault: Faultline_Agent_V1_Fault, _ window: ActingWindow)
        throws -> Operation
    {
        let selector = try ContainerSelector(wire.container)
        switch wire.action {
        case .impair(let impair): return try arm(impair, in: selector, fault, window)
        case .reset(let reset):
            let filter = try TrafficFilter(reset.traffic)
            let reset = try containerFaults.reset(id: fault.id, filter, in: selector)
            close(fault, window) { try reset.strike() }
            return reset.operation
        case nil: throw WireError("\(fault.id) does nothing in \(selector.text)")
        }
    }

    private func arm(
        _ wire: Faultline_Agent_V1_Impair,
        in selector: ContainerSelector,
        _ fault: Faultline_Agent_V1_Fault,
        _ window: ActingWindow
    ) throws -> Operation {
        let asked = try Impairment(wire)
        let filter = try TrafficFilter(wire.traffic)
        let injection = try containerFaults.impair(
            id: fault.id,
            asked,
            on: filter,
            in: selector,
            window: window,
            leaseUntil: lease.until
        ) { words in
            Task { await self.tell(fault.id, words) }
        }
        let probe = probe(wire.traffic, filter, asked)
        // The probe's thread is in the container's network, and would hold it.
        let probing = probe?.start(
            window: window,
            inside: { try injection.inside($0) },
            isOver: { injection.hasFollowed }
        )
        let judge = judge(asked, filter, fault, window, probe)
        follow(injection, fault, window: window, probing: probing) { samples, tally in
            // What a probe felt in a network that ended says nothing of the fault.
            judge(injection.hasFollowed ? nil : samples, tally)
        }
        return injection.operation
    }

    private func tell(_ fault: String, _ words: String) {
        report(fault, .verified, words, at: Clocks.monotonic())
    }
}

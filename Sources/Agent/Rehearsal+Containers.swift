import AgentProtocol
import Containers
import Engines
import Faults
import Impairments
import Measures
import Policy
import SwiftProtobuf

/// What can be known beforehand of faults on containers: they are there already, unlike services.
extension Rehearsal {
    /// Errors: the containers that are meant do not run, or are too many; their engine does not answer.
    func look(for selector: ContainerSelector?) throws {
        guard let selector else { return }
        _ = try admission.resolver().containers(selector)
    }

    /// Errors: as above; those of a packet fault in each of their networks.
    func act(_ wire: Faultline_Agent_V1_Inside, _ fault: Faultline_Agent_V1_Fault) throws -> Operation {
        let rehearsal = try ContainerRehearsal(
            try ContainerSelector(wire.container),
            admission.resolver(),
            seed: seed,
            exemptions: exemptions,
            allowsOwnLine: admission.policy.allowsSSH
        )
        switch wire.action {
        case .impair(let impair):
            return try rehearsal.impair(
                id: fault.id,
                try Impairment(impair),
                on: try TrafficFilter(impair.traffic),
                window: ActingWindow(start: fault.startNs, end: fault.endNs)
            )
        case .reset(let reset):
            return try rehearsal.reset(id: fault.id, try TrafficFilter(reset.traffic))
        case nil: throw WireError("\(fault.id) does nothing")
        }
    }
}

extension Faultline_Agent_V1_Fault {
    /// Whose processes it means; nil: no container's.
    var container: ContainerSelector? {
        get throws {
            let target: Faultline_Agent_V1_ProcessTarget? =
                switch action {
                case .kill(let kill): kill.target
                case .pause(let pause): pause.target
                case .restart(let restart): restart.target
                case .limit(let limit): limit.target
                case .impair, .drop, .reset, .stress, .inside, nil: nil
                }
            guard case .container(let wire) = target?.target else { return nil }
            return try ContainerSelector(wire)
        }
    }
}

import AgentProtocol
import Containers
import Faults
import Impairments
import LinuxSystem
import Measures
import Plan
import Policy
import Processes
import Stress
import SwiftProtobuf

/// Asks the policy about what a coordinator wants: finds out the facts on this host, and changes nothing.
struct Admission: Sendable {
    let policy: Policy
    let services: Services

    /// The longest run, with room.
    private static let farthest = Duration.seconds(48 * 3600).nanoseconds

    /// Of one run on one host. An experiment that repeats a fault each second for a day has 86,400, on some host or other.
    static let mostFaults = 100_000

    /// Errors: more faults than any experiment has; each would be looked at, kept, and armed.
    static func check(_ faults: Int) throws {
        guard faults <= mostFaults else {
            throw WireError("\(faults) faults for one host; at most \(mostFaults) are taken")
        }
    }

    /// All that the policy refuses of a run that has not begun; and where it refuses nothing, what the host cannot do.
    func refusals(of request: Faultline_Agent_V1_AdmitRequest) throws -> [Refusal] {
        try Self.check(request.faults.count)
        let run = [policy.refusal(ofLease: Duration(nanoseconds: request.leaseNs))]
        let started = request.services.map { policy.refusal(ofService: $0) }
        let captured = request.captures ? [policy.captureRefusal] : []
        let resolver = try resolver()
        let finder = ProcessFactsFinder(services: services, containers: policy.containerNames)
        var faults: [FaultRequest] = []
        var unknown: [Refusal] = []
        for fault in request.faults {
            do {
                faults.append(
                    try self.request(fault, interface: request.interface, resolver: resolver, finder: finder)
                )
            } catch let error as any ReadableError {
                // Names something that this host does not have, a user for example.
                unknown.append(Refusal(fault: fault.id, cannot: error.message))
            }
        }
        let refusals =
            (run + started + captured).compactMap { $0 } + policy.refusals(of: faults) + unknown
        guard refusals.isEmpty, !request.faults.isEmpty else { return refusals }
        var rehearsal = try Rehearsal(onThisHost: request.interface, self)
        return rehearsal.inabilities(request.faults, startsServices: !request.services.isEmpty)
    }

    /// What is known of these faults. `interface`: the run's.
    /// Errors: what no valid plan makes.
    func requests(_ faults: [Faultline_Agent_V1_Fault], interface: String) throws -> [FaultRequest] {
        let resolver = try resolver()
        let finder = ProcessFactsFinder(services: services, containers: policy.containerNames)
        return try faults.map { try request($0, interface: interface, resolver: resolver, finder: finder) }
    }

    /// Finds them as they are, whom the policy protects too: it must be told of them.
    func resolver() throws -> TargetResolver {
        TargetResolver(
            services: services,
            scope: try .ownNetwork(),
            engines: policy.allowedEngines
        )
    }

    private func request(
        _ fault: Faultline_Agent_V1_Fault,
        interface: String,
        resolver: TargetResolver,
        finder: ProcessFactsFinder
    ) throws -> FaultRequest {
        guard 0 <= fault.startNs, fault.startNs <= fault.endNs, fault.endNs <= Self.farthest else {
            throw WireError("\(fault.id) lasts from \(fault.startNs) to \(fault.endNs) ns of the run")
        }
        let make = {
            (
                kinds: [String],
                traffic: FaultRequest.Traffic?,
                target: FaultRequest.Target?,
                stress: FaultRequest.Stress?
            ) in
            FaultRequest(
                id: fault.id,
                kinds: kinds,
                start: Instant(nanoseconds: fault.startNs),
                end: Instant(nanoseconds: fault.endNs),
                traffic: traffic,
                target: target,
                stress: stress
            )
        }
        let target = { (wire: Faultline_Agent_V1_ProcessTarget) in
            try FaultRequest.Target(try ProcessTarget(wire), resolver: resolver, finder: finder)
        }
        switch fault.action {
        case .impair(let impair):
            let traffic = try FaultRequest.Traffic(impair.traffic, interface: interface)
            return make(try Impairment(impair).kinds, traffic, nil, nil)
        case .drop(let drop):
            let traffic = try FaultRequest.Traffic(drop.traffic, interface: interface)
            return make(["partition"], traffic, nil, nil)
        case .reset(let reset):
            return make(["reset"], try FaultRequest.Traffic(reset.traffic, interface: nil), nil, nil)
        case .inside(let inside):
            let container = ProcessTarget.container(try ContainerSelector(inside.container))
            let target = try FaultRequest.Target(container, resolver: resolver, finder: finder)
            // Its interfaces are its own: what the policy says of the host's does not concern them.
            switch inside.action {
            case .impair(let impair):
                let traffic = try FaultRequest.Traffic(impair.traffic, interface: nil)
                return make(try Impairment(impair).kinds, traffic, target, nil)
            case .reset(let reset):
                let traffic = try FaultRequest.Traffic(reset.traffic, interface: nil)
                return make(["reset"], traffic, target, nil)
            case nil: throw WireError("\(fault.id) does nothing in \(container.text)")
            }
        case .kill(let kill): return make(["kill"], nil, try target(kill.target), nil)
        case .pause(let pause): return make(["pause"], nil, try target(pause.target), nil)
        case .restart(let restart): return make(["restart"], nil, try target(restart.target), nil)
        case .limit(let limit): return make(["limit"], nil, try target(limit.target), nil)
        case .stress(let stress):
            return make(["stress"], nil, nil, FaultRequest.Stress(try StressTask.all(stress)))
        case nil: throw WireError("\(fault.id) has no action")
        }
    }
}

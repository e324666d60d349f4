package import AgentProtocol
import Cgroups
import ClockSync
import Containers
package import Faults
import Impairments
import Measures
import Netlink
import Packetfilter
package import Policy
import Stress
import SwiftProtobuf

/// What an agent on a host would do, told in the words in which it tells it when it does it. Nothing is done.
package struct Rehearsal {
    private var packets: PacketRehearsal
    private let mounts: CgroupMounts
    let seed: UInt64
    let exemptions: Exemptions
    private let interface: String
    let admission: Admission
    private var admitted: [FaultRequest] = []

    /// A host of a lab that does not exist yet, on this machine's kernel. `interfaces`: its names, the one that faults act on
    /// first; `reflector`: where the clock will answer, nil where nobody knows yet; `neighbours`: the port of hosts' clocks
    /// among themselves; `policy`: the agent's.
    /// Errors: this kernel cannot be asked (no CAP_NET_ADMIN, no nf_tables).
    package init(
        interfaces: [String],
        reflector: (address: String, port: UInt16)?,
        neighbours: UInt16,
        seed: UInt64,
        policy: Policy
    ) throws {
        try self.init(
            links: interfaces.map { Link(planned: $0) },
            interface: interfaces.first ?? "",
            exemptions: Exemptions(
                reflector: reflector.map { ($0.address, UInt32($0.port)) },
                neighbours: UInt32(neighbours),
                policy
            ),
            seed: seed,
            admission: Admission(policy: policy, services: Services())
        )
    }

    /// This host, in the calling thread's network namespace. Errors: as above.
    init(onThisHost interface: String, _ admission: Admission) throws {
        try self.init(
            links: try RouteSocket().links(),
            interface: interface,
            exemptions: Exemptions(controls: [], admission.policy),
            seed: 0,
            admission: admission
        )
    }

    private init(
        links: [Link],
        interface: String,
        exemptions: Exemptions,
        seed: UInt64,
        admission: Admission
    ) throws {
        self.exemptions = exemptions
        self.seed = seed
        self.interface = interface
        self.admission = admission
        packets = PacketRehearsal(
            links: links,
            interface: interface,
            seed: seed,
            exemptions: exemptions,
            allowsOwnLine: admission.policy.allowsSSH,
            filter: try FilterSocket()
        )
        mounts = try CgroupMounts.current()
    }

    /// The faults that this host cannot do, each with the reason and the remedy. What depends on who runs here is not
    /// among it: services may not have been started yet. `startsServices`: nor are containers then, which a service may be;
    /// otherwise those that are meant must be there.
    mutating func inabilities(_ faults: [Faultline_Agent_V1_Fault], startsServices: Bool) -> [Refusal] {
        var refusals: [Refusal] = []
        for fault in faults {
            do {
                _ = try act(fault)
                try look(for: fault.container)
            } catch let error as EngineError where startsServices && error.isAbsence {
            } catch let error as any ReadableError {
                refusals.append(Refusal(fault: fault.id, cannot: error.message))
            } catch {
                refusals.append(Refusal(fault: fault.id, cannot: "\(error)"))
            }
        }
        return refusals
    }

    /// To be asked in the order in which a run arms them. Errors: what an agent would refuse.
    package mutating func operation(of fault: Faultline_Agent_V1_Fault) throws -> Operation {
        let requests = try admission.requests([fault], interface: interface)
        if let refused = PolicyRefused(admission.policy.refusals(of: requests, beside: admitted)) {
            throw refused
        }
        admitted += requests
        return try act(fault)
    }

    private mutating func act(_ fault: Faultline_Agent_V1_Fault) throws -> Operation {
        switch fault.action {
        case .impair(let wire):
            return try packets.impair(
                id: fault.id,
                try Impairment(wire),
                on: try TrafficFilter(wire.traffic),
                window: ActingWindow(start: fault.startNs, end: fault.endNs)
            )
        case .drop(let wire): return try packets.drop(id: fault.id, from: try TrafficFilter(wire.traffic))
        case .reset(let wire):
            let filter = try TrafficFilter(wire.traffic)
            return try ResetFault(
                id: fault.id,
                filter,
                seed: seed,
                exemptions: exemptions,
                allowsOwnLine: admission.policy.allowsSSH
            ).operation
        case .inside(let wire): return try act(wire, fault)
        case .kill(let wire): return try KillFault(wire, id: fault.id).operation
        case .pause(let wire):
            let target = try ProcessTarget(wire.target)
            return wire.freezer
                ? try .freeze(target, mounts) : PauseFault(id: fault.id, target: target).operation
        case .restart(let wire):
            return RestartFault(id: fault.id, target: try ProcessTarget(wire.target)).operation
        case .stress(let wire): return try .stress(wire)
        case .limit(let wire):
            return try .limit(try LimitSettings(wire), on: try ProcessTarget(wire.target), mounts)
        case nil: throw WireError("\(fault.id) has no action")
        }
    }
}

extension Link {
    /// An interface of a lab's host before it is there.
    fileprivate init(planned name: String) {
        self.init(
            index: 0,
            name: name,
            kind: "veth",
            hardwareAddress: "",
            isUp: true,
            mtu: 1500,
            master: nil,
            transmitQueueLength: 1000
        )
    }
}

extension Exemptions {
    /// The clocks' probes are exempt from every fault: those to the reference, and those of hosts among themselves, which go
    /// to `neighbours` on any address; 0: there are none.
    init(reflector: (address: String, port: UInt32)?, neighbours: UInt32, _ policy: Policy) {
        let probes = reflector.map {
            Endpoint(
                address: AddressPrefix($0.address),
                port: UInt16(exactly: $0.port),
                transport: .udp
            )
        }
        let among = UInt16(exactly: neighbours).map { Endpoint(address: nil, port: $0, transport: .udp) }
        self.init(controls: [probes, neighbours > 0 ? among : nil].compactMap { $0 }, policy)
    }
}

extension KillFault {
    init(_ wire: Faultline_Agent_V1_Kill, id: String) throws {
        guard
            let fault = KillFault(
                id: id,
                target: try ProcessTarget(wire.target),
                signal: wire.signal,
                restarts: wire.hasRestartAfterNs
            )
        else { throw WireError("the signal \(wire.signal)") }
        self = fault
    }
}

extension Operation {
    /// A share of memory is told as such: how many bytes it is shows when it is armed.
    static func stress(_ wire: Faultline_Agent_V1_Stress) throws -> Operation {
        let words = try StressTask.all(wire).map { task in
            guard case .memory = task, wire.memoryShareAttos > 0 else { return task.text }
            let share = try Share(wire: wire.memoryShareAttos, "a share of memory")
            return "memory: \(share.percentText) of what is available"
        }
        return .stress(words)
    }
}

import AgentProtocol
import Cgroups
import Containers
import Faults
import Impairments
import LinuxSystem
import Measures
import Packetfilter
import Plan
import Policy
import Processes
import Stress
import SwiftProtobuf

// What the policy needs to know of a request, found out on this host.

extension Impairment {
    /// What it does, by the keys of experiments.
    var kinds: [String] {
        let parts: [(ImpairmentKind, Bool)] = [
            (.delay, latency > .zero || jitter > .zero || reordering != nil), (.loss, loss != .none),
            (.duplicate, duplicate.share != .zero), (.corrupt, corrupt.share != .zero),
            (.rate, rate != nil), (.slots, slots != nil),
        ]
        return parts.filter(\.1).map(\.0.rawValue)
    }
}

extension FaultRequest.Traffic {
    /// `interface`: the run's, where the filter names none; nil: connections, which have none.
    init(_ wire: Faultline_Agent_V1_Traffic, interface: String?) throws {
        let filter = try TrafficFilter(wire)
        self.init(
            peers: try zip(filter.peers, wire.peers).map { prefix, peer in
                FaultRequest.Peer(try NetworkText(prefix.description), name: peer.name)
            },
            ports: filter.ports,
            includesTCP: filter.transport == nil || filter.transport == .tcp,
            interface: interface.map { filter.interface ?? $0 }
        )
    }
}

extension FaultRequest.Target {
    /// Nobody being there is not the policy's matter: a service may not have been started yet.
    init(_ target: ProcessTarget, resolver: TargetResolver, finder: ProcessFactsFinder) throws {
        let (key, name): (Key, String) =
            switch target {
            case .service(let name): (.service, name)
            case .process(let pattern): (.process, pattern.asked)
            case .pid(let pid): (.process, "\(pid)")
            case .unit(let name): (.unit, CgroupMounts.unitName(name))
            case .cgroup(let path): (.cgroup, path)
            case .container(let selector): (.container, selector.name ?? selector.text)
            }
        var protection: String?
        var found: [ProcessStatus] = []
        do {
            found = try resolver.resolve(target).current()
        } catch let error as FaultError where error.code == "fault.protected" {
            protection = error.message
        } catch is any ReadableError {}
        let engine =
            if case .container(let selector) = target { selector.engine?.rawValue } else { String?.none }
        self.init(
            key: key,
            name: name,
            processes: found.map(finder.facts),
            protection: protection,
            engine: engine
        )
    }
}

extension ProcessPattern {
    fileprivate var asked: String {
        switch self {
        case .name(let text), .executable(let text), .commandLine(let text): text
        }
    }
}

extension FaultRequest.Stress {
    init(_ tasks: [StressTask]) {
        var (workers, memory): (Int, UInt64) = (0, 0)
        var disk: Disk?
        var folders: [String] = []
        for task in tasks {
            switch task {
            case .cpu(let count, _): workers += count
            case .memory(let bytes, _, _): memory += bytes
            case .disk(let folder, let leaving, _):
                let leaves = if case .bytes(let bytes) = leaving { bytes } else { UInt64(0) }
                disk = Disk(folder: folder, leaves: leaves)
                folders.append(Directory.resolved(folder) ?? folder)
            case .io(let count, let folder, _):
                workers += count
                folders.append(Directory.resolved(folder) ?? folder)
            }
        }
        self.init(workers: workers, memory: memory, disk: disk, folders: folders)
    }
}

extension Exemptions {
    /// What the policy protects passes every packet fault, however wide its filter.
    init(controls: [Endpoint], _ policy: Policy) {
        self.init(
            controls: controls,
            peers: policy.protectedPeers.compactMap { AddressPrefix($0.value.text) },
            ports: policy.protectedPorts.map(\.value)
        )
    }
}

extension Faultline_Agent_V1_Refusal {
    init(_ refusal: Refusal) {
        self.init()
        fault = refusal.fault ?? ""
        rule = refusal.rule
        location = refusal.location ?? ""
        words = refusal.words
    }
}

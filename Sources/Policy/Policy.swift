import Measures
package import Plan

// Words of this target. A *policy* is what a host's operator lets a coordinator do there: a file that the agent reads once,
// when it starts, so that no message can widen it. A *request* is what is known of one fault before it is armed: plain facts,
// the processes found and the folders resolved. A *rule* is one line of the file, or one that always holds; a *refusal*
// names the rule. All of it is pure; finding out the facts, and refusing, is the agent's.

/// What an agent may be asked to do. What is nil or empty is not restricted by the file.
package struct Policy: Sendable, Equatable {
    /// nil: no file, and only the rules that always hold.
    package let fileName: String?
    /// Whose keys are obeyed over the network, by the names in their certificates; nil: nobody's. A Unix socket has no keys.
    package let coordinators: Placed<[String]>?
    /// Whose keys may ask and halt, and no more; nil: nobody's.
    package let operators: Placed<[String]>?
    package let faults: Placed<FaultRule>?
    package let interfaces: Placed<[Wildcard]>?
    /// Every process that is hit must be one of these; nil: any.
    package let allowedProcesses: Placed<[ProcessRule]>?
    /// No process that is hit may be one of these.
    package let protectedProcesses: [Placed<ProcessRule>]
    /// Packets to and from these are never touched.
    package let protectedPeers: [Placed<NetworkText>]
    /// Packets from and to these ports, TCP and UDP, are never touched.
    package let protectedPorts: [Placed<ClosedRange<UInt16>>]
    /// Whether a fault that names port 22 may touch SSH; nil: no.
    package let ssh: Placed<Permission>?
    /// Of one fault.
    package let longest: Placed<Duration>?
    /// Faults whose windows overlap.
    package let mostAtOnce: Placed<Int>?
    /// How long an agent may act without hearing of the coordinator.
    package let longestLease: Placed<Duration>?
    package let stress: StressRules
    /// Whether a coordinator may start processes of its own choice; nil: yes.
    package let services: Placed<Permission>?
    /// Whether it may have packets recorded; nil: yes.
    package let captures: Placed<Permission>?
    /// Which engines of containers may be asked, and where; nil: each at its usual socket.
    package let engines: Placed<[EngineRule]>?

    /// What holds without a file: every fault on every interface but the loopback; SSH, process 1 and Faultline's own
    /// processes excepted.
    package static let standard = Policy(fileName: nil)

    package init(
        fileName: String?,
        coordinators: Placed<[String]>? = nil,
        operators: Placed<[String]>? = nil,
        faults: Placed<FaultRule>? = nil,
        interfaces: Placed<[Wildcard]>? = nil,
        allowedProcesses: Placed<[ProcessRule]>? = nil,
        protectedProcesses: [Placed<ProcessRule>] = [],
        protectedPeers: [Placed<NetworkText>] = [],
        protectedPorts: [Placed<ClosedRange<UInt16>>] = [],
        ssh: Placed<Permission>? = nil,
        longest: Placed<Duration>? = nil,
        mostAtOnce: Placed<Int>? = nil,
        longestLease: Placed<Duration>? = nil,
        stress: StressRules = StressRules(),
        services: Placed<Permission>? = nil,
        captures: Placed<Permission>? = nil,
        engines: Placed<[EngineRule]>? = nil
    ) {
        self.fileName = fileName
        self.coordinators = coordinators
        self.operators = operators
        self.faults = faults
        self.interfaces = interfaces
        self.allowedProcesses = allowedProcesses
        self.protectedProcesses = protectedProcesses
        self.protectedPeers = protectedPeers
        self.protectedPorts = protectedPorts
        self.ssh = ssh
        self.longest = longest
        self.mostAtOnce = mostAtOnce
        self.longestLease = longestLease
        self.stress = stress
        self.services = services
        self.captures = captures
        self.engines = engines
    }

    /// A fault that names port 22 and nothing wider may touch it.
    package var allowsSSH: Bool { ssh?.value == .allowed }
}

package enum Permission: String, Sendable, Equatable, CaseIterable {
    case allowed
    case refused
}

/// A value of the file, and where it stands.
package struct Placed<Value: Sendable & Equatable>: Sendable, Equatable {
    package let value: Value
    package let place: Place

    package init(_ value: Value, at place: Place) {
        self.value = value
        self.place = place
    }
}

/// An engine of containers, by its name in experiments.
package struct EngineRule: Sendable, Hashable {
    package let name: String
    /// Its Unix socket; nil: the usual one.
    package let socket: String?

    package init(_ name: String, socket: String? = nil) {
        self.name = name
        self.socket = socket
    }
}

/// Kinds by their keys in experiments: "delay", "partition".
package enum FaultRule: Sendable, Equatable {
    case allow(Set<String>)
    case deny(Set<String>)
}

/// How much a stress may take; what is nil is not restricted.
package struct StressRules: Sendable, Equatable {
    /// Of one fault.
    package var mostWorkers: Placed<Int>?
    /// Bytes.
    package var mostMemory: Placed<UInt64>?
    /// Bytes that a fault leaves free on the disk that it fills.
    package var leaveDisk: Placed<UInt64>?
    /// It may fill, and write into, these and what is below.
    package var folders: Placed<[String]>?

    package init() {}
}

package import Measures
package import Plan

/// What is known of one fault before it is armed on this host.
package struct FaultRequest: Sendable, Equatable {
    /// "slow#1".
    package let id: String
    /// What it does, by the keys of experiments; several when impairments are combined.
    package let kinds: [String]
    /// Half open; on the run's axis.
    package let start: Instant
    package let end: Instant
    /// Whose packets or connections; nil: none.
    package let traffic: Traffic?
    /// Whose processes; nil: none.
    package let target: Target?
    package let stress: Stress?

    package init(
        id: String,
        kinds: [String],
        start: Instant,
        end: Instant,
        traffic: Traffic? = nil,
        target: Target? = nil,
        stress: Stress? = nil
    ) {
        self.id = id
        self.kinds = kinds
        self.start = start
        self.end = end
        self.traffic = traffic
        self.target = target
        self.stress = stress
    }

    package struct Traffic: Sendable, Equatable {
        /// Empty: everybody.
        package let peers: [Peer]
        /// Empty: all.
        package let ports: [ClosedRange<UInt16>]
        /// TCP is among the packets meant.
        package let includesTCP: Bool
        /// nil: a connection, which has none.
        package let interface: String?

        package init(
            peers: [Peer],
            ports: [ClosedRange<UInt16>],
            includesTCP: Bool,
            interface: String?
        ) {
            self.peers = peers
            self.ports = ports
            self.includesTCP = includesTCP
            self.interface = interface
        }
    }

    package struct Peer: Sendable, Equatable {
        package let network: NetworkText
        /// What the experiment calls it.
        package let name: String

        package init(_ network: NetworkText, name: String) {
            self.network = network
            self.name = name
        }

        /// "web2 (10.77.0.12)".
        package var text: String {
            name.isEmpty || name == network.text ? network.text : "\(name) (\(network.text))"
        }
    }

    package struct Target: Sendable, Equatable {
        package enum Key: String, Sendable, Equatable {
            case service
            case process
            case unit
            case cgroup
            case container
        }

        package let key: Key
        /// As it was asked for.
        package let name: String
        /// Who would be hit now; empty also while nobody is there yet.
        package let processes: [ProcessFacts]
        /// Why it must not be hit whatever the policy says: process 1, the agent itself; nil: nothing of that kind.
        package let protection: String?
        /// Of a container: the engine that was named, by its name; nil: any, or no container.
        package let engine: String?

        package init(
            key: Key,
            name: String,
            processes: [ProcessFacts],
            protection: String? = nil,
            engine: String? = nil
        ) {
            self.key = key
            self.name = name
            self.processes = processes
            self.protection = protection
            self.engine = engine
        }
    }

    package struct ProcessFacts: Sendable, Equatable {
        package let pid: Int32
        /// The kernel's name, that of the program's file, and the one that it was called by.
        package let names: [String]
        /// The program's file; nil: not ours to see.
        package let executable: String?
        /// Services of the coordinator that it belongs to.
        package let services: [String]
        /// Its control group's path in each hierarchy.
        package let cgroups: [String]
        /// The name of the container that it runs in; nil: in none that an engine knows.
        package let container: String?
        /// It runs in one, and its engine did not say in which.
        package let isInUnknownContainer: Bool

        package init(
            pid: Int32,
            names: [String],
            executable: String?,
            services: [String],
            cgroups: [String],
            container: String? = nil,
            isInUnknownContainer: Bool = false
        ) {
            self.pid = pid
            self.names = names
            self.executable = executable
            self.services = services
            self.cgroups = cgroups
            self.container = container
            self.isInUnknownContainer = isInUnknownContainer
        }

        package var text: String { "\(pid) (\(names.first ?? "?"))" }
    }

    package struct Stress: Sendable, Equatable {
        /// Threads, of processor and disk together.
        package let workers: Int
        /// Bytes.
        package let memory: UInt64
        /// Of the disk that is filled, and what is left free there, bytes.
        package let disk: Disk?
        /// Folders that are written into, links resolved; the disk's is one.
        package let folders: [String]

        package struct Disk: Sendable, Equatable {
            package let folder: String
            package let leaves: UInt64

            package init(folder: String, leaves: UInt64) {
                self.folder = folder
                self.leaves = leaves
            }
        }

        package init(workers: Int, memory: UInt64, disk: Disk?, folders: [String]) {
            self.workers = workers
            self.memory = memory
            self.disk = disk
            self.folders = folders
        }
    }
}

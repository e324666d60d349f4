package import Containers

/// Which processes of a host a fault acts on.
package enum ProcessTargetPlan: Sendable, Equatable {
    /// A service of the lab.
    case service(String)
    /// By the name of the program, its path, or a part of its command line.
    case process(String)
    /// A systemd unit, "nginx.service".
    case unit(String)
    /// Everything in it and below, a path below the mount.
    case cgroup(String)
    /// Everything in containers of an engine.
    case container(ContainerSelector)

    package var key: String {
        switch self {
        case .service: "service"
        case .process: "process"
        case .unit: "unit"
        case .cgroup: "cgroup"
        case .container: "container"
        }
    }

    /// "nginx" for a service, "unit nginx.service" for others.
    package var words: String {
        switch self {
        case .service(let name): name
        case .process(let name), .unit(let name), .cgroup(let name): "\(key) \(name)"
        case .container(let container): container.text
        }
    }
}

package struct KillParameters: Sendable, Equatable {
    package let target: ProcessTargetPlan
    /// "KILL", "TERM", … without SIG.
    package let signal: String
    /// nil: it stays down until the end of the run, when the lab ends anyway. Services and units only.
    package let restartAfter: Duration?

    package init(target: ProcessTargetPlan, signal: String, restartAfter: Duration?) {
        self.target = target
        self.signal = signal
        self.restartAfter = restartAfter
    }
}

package struct PauseParameters: Sendable, Equatable {
    package enum Way: String, Sendable, CaseIterable {
        /// SIGSTOP to every process.
        case signal
        /// The cgroup freezer: processes cannot see it, nor undo it.
        case freezer
    }

    package let target: ProcessTargetPlan
    package let way: Way

    package init(target: ProcessTargetPlan, way: Way) {
        self.target = target
        self.way = way
    }
}

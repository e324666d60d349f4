package import Containers
package import Processes

/// Whom a process fault means.
package enum ProcessTarget: Hashable, Sendable {
    /// One of the host's services, by its name in the experiment.
    case service(String)
    case process(ProcessPattern)
    case pid(Int32)
    /// A systemd unit, "nginx" or "nginx.service": all processes of its control group.
    case unit(String)
    /// All processes of this control group and of those below: its folder, or its path in version 2, or
    /// "CONTROLLER:PATH" in version 1.
    case cgroup(String)
    /// All processes of these containers, by their control groups.
    case container(ContainerSelector)

    package var text: String {
        switch self {
        case .service(let name): name
        case .process(let pattern): pattern.text
        case .pid(let pid): "process \(pid)"
        case .unit(let name): "unit \(name)"
        case .cgroup(let path): "control group \(path)"
        case .container(let selector): selector.text
        }
    }
}

/// A target as it was found: its members can be asked for at any time.
package struct ResolvedTarget: SignalTarget {
    package let target: ProcessTarget
    /// The service itself, when the target is one.
    package let service: ServiceProcess?
    /// The containers, when the target is some.
    package let containers: [FoundContainer]
    private let list: @Sendable () -> [ProcessStatus]

    init(
        _ target: ProcessTarget,
        service: ServiceProcess? = nil,
        containers: [FoundContainer] = [],
        list: @escaping @Sendable () -> [ProcessStatus]
    ) {
        self.target = target
        self.service = service
        self.containers = containers
        self.list = list
    }

    package func current() -> [ProcessStatus] { list() }

    /// Without these: they are in the state already that the fault would bring about.
    func leavingOut(_ others: Set<ProcessIdentity>) -> ResolvedTarget {
        guard !others.isEmpty else { return self }
        return ResolvedTarget(target, service: service, containers: containers) { [list] in
            list().filter { !others.contains($0.identity) }
        }
    }
}

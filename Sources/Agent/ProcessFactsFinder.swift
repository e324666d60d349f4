import Cgroups
import Faults
import LinuxSystem
import Policy
import Processes

/// What the policy needs to know of a process, read from /proc.
struct ProcessFactsFinder {
    /// By pid, the services that it belongs to.
    private let owners: [Int32: [String]]
    private let containers: ContainerNames

    init(services: Services, containers: ContainerNames) {
        self.containers = containers
        var owners: [Int32: [String]] = [:]
        for service in services.all {
            for member in service.members.current() {
                owners[member.identity.pid, default: []].append(service.service.name)
            }
        }
        self.owners = owners
    }

    func facts(_ status: ProcessStatus) -> FaultRequest.ProcessFacts {
        let program = ProcessPattern.Facts(of: status)
        let pid = status.identity.pid
        let files = [program.executable, program.arguments.first].compactMap {
            $0?.split(separator: "/").last.map(String.init)
        }
        let cgroups = CgroupMembership(of: pid)?.entries.map(\.path) ?? []
        let container = containers.name(ofOneIn: cgroups)
        return FaultRequest.ProcessFacts(
            pid: pid,
            names: [status.name] + files,
            executable: program.executable,
            services: owners[pid] ?? [],
            cgroups: cgroups,
            container: container.text,
            isInUnknownContainer: container.isUnknown
        )
    }
}

extension Policy {
    /// For `ProcessScope`: whom the policy protects is not hit, whenever it came. Costs nothing without such a rule.
    func protection(services: Services) -> @Sendable (ProcessStatus) -> String? {
        guard allowedProcesses != nil || !protectedProcesses.isEmpty else { return { _ in nil } }
        let containers = containerNames
        return {
            protection(of: ProcessFactsFinder(services: services, containers: containers).facts($0))
        }
    }
}

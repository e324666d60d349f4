import Cgroups
import Containers
import LinuxSystem
import Measures
import Processes

extension Container {
    /// The oldest process in its control group, for engines that do not tell: the container's id stands in the group's path,
    /// whatever runs it (containerd, CRI-O, Docker).
    func withFirstProcess() -> Container {
        var container = self
        let members = ProcessTable.current().statuses.filter { status in
            let entries = CgroupMembership(of: status.identity.pid)?.entries ?? []
            return status.isAlive && entries.contains { ownGroup(in: $0.path) != nil }
        }
        container.initPid =
            members.min {
                ($0.identity.startTime, $0.identity.pid) < ($1.identity.startTime, $1.identity.pid)
            }?.identity.pid
        return container
    }
}

extension EngineError {
    /// By whomever it is not started again.
    init(unstartable container: ContainerReference) {
        self.init(
            "engine.unstartable",
            "\(container.name) is started again by its kubelet, and by nobody else"
        )
    }
}

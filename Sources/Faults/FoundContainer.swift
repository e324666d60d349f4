import Cgroups
package import Containers
package import Engines
import LinuxSystem
package import Processes

/// A running container on this host, with what the kernel says of it.
package struct FoundContainer: Sendable, Hashable {
    package let container: Container
    package let engine: Engine
    package let leader: ProcessIdentity

    package var reference: ContainerReference {
        ContainerReference(of: engine, id: container.id, name: container.name)
    }

    /// Errors: it ended meanwhile; its pid is another pid namespace's.
    init(_ container: Container, of engine: Engine) throws {
        guard let pid = container.initPid, let status = ProcessTable.status(of: pid), status.isAlive
        else {
            throw FaultError(
                "fault.no-process",
                "\(container.text) has ended, or its process \(container.initPid ?? 0) is not to be seen here: the agent "
                    + "must run in the engine's pid namespace"
            )
        }
        self.container = container
        self.engine = engine
        self.leader = status.identity
    }

    /// Its own group in a hierarchy, whatever groups it has made below. nil: it has none there.
    func group(in mount: CgroupMount) -> Cgroup? {
        guard let path = CgroupMembership(of: leader.pid)?.path(in: mount),
            let own = container.ownGroup(in: path), let folder = mount.folder(of: own)
        else { return nil }
        return Cgroup(mount: mount, folder: folder)
    }

    /// Its group in any hierarchy, for finding its processes.
    /// Errors: it shares its group with others, so that whoever acts on the group hits them too.
    func anyGroup(_ mounts: CgroupMounts) throws -> Cgroup {
        for mount in mounts.mounts.reversed() {
            if let group = group(in: mount), group.exists { return group }
        }
        throw FaultError(
            "fault.cgroup",
            "\(container.text) has no control group of its own, so that what acts on its group would hit others; was it "
                + "started with --cgroups=disabled?"
        )
    }

    /// Whether this process runs in it.
    var isOwn: Bool {
        let entries = CgroupMembership(of: ProcessSelf.pid)?.entries ?? []
        return entries.contains { container.ownGroup(in: $0.path) != nil }
    }
}

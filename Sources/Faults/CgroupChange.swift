import Cgroups
import LinuxSystem
import Measures
import Processes
import Undoing

/// A resource of some processes, set apart in control groups and put back: what limits and freezing share.
///
/// A target that is a group of its own (a unit, a cgroup) is changed in place, and gets its earlier values back. Others are
/// moved into a group that is made for them, and back. What undoes a step is kept before the step is made.
final class CgroupChange: @unchecked Sendable {
    private let id: String
    private let keeper: any UndoKeeper
    let mounts: CgroupMounts
    /// Undos that were kept and not yet carried out, the last one first.
    private var open: [(id: String, undo: CgroupUndo)] = []
    private(set) var groups: [CgroupController: Cgroup] = [:]

    init(id: String, keeper: any UndoKeeper) throws {
        self.id = id
        self.keeper = keeper
        mounts = try CgroupMounts.current()
    }

    /// The hierarchy that has the controller. Errors: none has, with the remedy.
    func mount(_ controller: CgroupController) throws -> CgroupMount { try mounts.holding(controller) }

    /// The group whose files are to be written: the target's own, or a new one with all its processes in it. `values`:
    /// its files with what is in them when they are not limited.
    func setApart(
        _ target: ResolvedTarget,
        _ controller: CgroupController,
        _ settings: [LimitSettings.Setting]
    )
        throws -> Cgroup
    {
        let mount = try mount(controller)
        if let own = try ownGroup(target, mount) {
            let values = try settings.reversed().map { setting in
                CgroupUndo.Value(file: "\(own.folder)/\(setting.file)", contents: try earlier(setting, own))
            }
            try keep(CgroupUndo(values: values), controller)
            groups[controller] = own
            return own
        }
        let homes = homes(of: target.current(), in: mount)
        let place = try CgroupPlace(controller, for: homes.map(\.group))
        let name = "faultline-\(id.map { $0.isLetter || $0.isNumber ? $0 : "-" }.map(String.init).joined())"
        let group = place.group(named: "\(name)-\(controller.rawValue)")
        try keep(
            CgroupUndo(
                made: group.folder,
                homes: homes.map { CgroupUndo.Home(process: $0.process, folder: $0.group.folder) },
                fallback: homes.first?.group.folder ?? place.parent.folder,
                handed: controller.nameInTwo.map { name in
                    place.handingDown.reversed().map {
                        CgroupUndo.Handed(folder: $0.folder, controller: name)
                    }
                } ?? []
            ),
            controller
        )
        if let name = controller.nameInTwo {
            for above in place.handingDown { try above.write("+\(name)", to: "cgroup.subtree_control") }
        }
        try group.make()
        groups[controller] = group
        return group
    }

    /// Moves all processes of the target, and those that they start meanwhile; a group that is the target's own has them.
    func gather(_ target: ResolvedTarget, into group: Cgroup) throws {
        for _ in 0..<64 {
            let inside = Set(try group.processes)
            let outside = target.current().map(\.identity.pid).filter { !inside.contains($0) }
            if outside.isEmpty { return }
            for pid in outside { try group.take(pid) }
        }
        throw FaultError(
            "fault.restless",
            "\(target.target.text) starts processes faster than they can be moved"
        )
    }

    /// Puts everything back. Twice is once. Errors: what could not be put back stays kept.
    func undo() throws {
        while let last = open.last {
            try CgroupRestoration.perform(last.undo)
            try keeper.release(id: last.id)
            open.removeLast()
        }
    }

    /// Nothing of it is left to be undone.
    var isUndone: Bool { open.isEmpty }

    private func keep(_ undo: CgroupUndo, _ controller: CgroupController) throws {
        let entry = "\(id)/\(controller.rawValue)"
        try keeper.keep(.restoreCgroups(undo), id: entry, fault: id)
        open.append((entry, undo))
    }

    private func ownGroup(_ target: ResolvedTarget, _ mount: CgroupMount) throws -> Cgroup? {
        switch target.target {
        case .service, .process, .pid: return nil
        case .unit(let name):
            let found = try mounts.unit(name)
            return found.mount == mount ? found : nil
        case .cgroup(let path):
            let found = try mounts.group(path)
            return found.mount == mount ? found : nil
        case .container:
            // Several are set apart together: to be frozen, where one group is as good as many.
            guard target.containers.count == 1 else { return nil }
            return target.containers.first?.group(in: mount).flatMap { $0.exists && !$0.isTop ? $0 : nil }
        }
    }

    private func earlier(_ setting: LimitSettings.Setting, _ group: Cgroup) throws -> String {
        let text = try group.read(setting.file)
        guard let key = setting.key else { return text }
        let line = text.split(separator: "\n").first { $0.hasPrefix(key + " ") }
        return line.map(String.init) ?? setting.none
    }

    private func homes(of statuses: [ProcessStatus], in mount: CgroupMount) -> [(
        process: ProcessIdentity, group: Cgroup
    )] {
        statuses.compactMap { status in
            guard let membership = CgroupMembership(of: status.identity.pid),
                let path = membership.path(in: mount), let folder = mount.folder(of: path)
            else { return nil }
            return (status.identity, Cgroup(mount: mount, folder: folder))
        }
    }
}

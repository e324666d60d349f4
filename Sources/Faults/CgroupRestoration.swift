import Cgroups
import LinuxSystem
import Measures
import Processes
import Undoing

#if canImport(Glibc)
import Glibc
#endif

/// Puts control groups back. Twice is once, and what is gone meanwhile is no error.
enum CgroupRestoration {
    static func perform(_ undo: CgroupUndo) throws {
        let mounts = try CgroupMounts.current()
        for value in undo.values {
            do {
                try FileContents.write(value.contents, toExisting: value.file)
            } catch {
                // The group has ended, and its limits with it.
                guard [ENOENT, ENODEV].contains(error.errno) else { throw error }
            }
        }
        if let made = undo.made, let group = group(made, mounts), group.exists {
            try thaw(group)
            try empty(group, undo, mounts)
            try group.remove()
        }
        for handed in undo.handed {
            guard let group = group(handed.folder, mounts), group.exists,
                let controller = CgroupController(rawValue: handed.controller),
                // Others may have begun to use it: their limits would be lost.
                group.lists(handed.controller, in: "cgroup.subtree_control"), group.isUnused(controller)
            else { continue }
            // Busy: a group below hands it down itself, so it is in use.
            do { try group.write("-\(handed.controller)", to: "cgroup.subtree_control") } catch {
                guard error.errno == EBUSY else { throw error }
            }
        }
    }

    /// By its folder, also when it is gone.
    private static func group(_ folder: String, _ mounts: CgroupMounts) -> Cgroup? {
        mounts.mounts.last { folder == $0.point || folder.hasPrefix($0.point + "/") }.map {
            Cgroup(mount: $0, folder: folder)
        }
    }

    private static func thaw(_ group: Cgroup) throws {
        if group.has("cgroup.freeze") { try group.write("0", to: "cgroup.freeze") }
        if group.has("freezer.state") { try group.write("THAWED", to: "freezer.state") }
    }

    /// Each process goes where it came from, a child where its parent came from. New ones may appear meanwhile: again,
    /// at most 64 times.
    private static func empty(_ group: Cgroup, _ undo: CgroupUndo, _ mounts: CgroupMounts) throws {
        let homes = Dictionary(undo.homes.map { ($0.process, $0.folder) }) { first, _ in first }
        for _ in 0..<64 {
            let pids = try group.processes.filter { ProcessTable.status(of: $0)?.isAlive ?? false }
            if pids.isEmpty { return }
            for pid in pids {
                let folder = home(of: pid, homes) ?? undo.fallback
                let living = [folder, undo.fallback].compactMap { Self.group($0, mounts) }.first(
                    where: \.exists
                )
                guard let target = living ?? group.parent else { continue }
                try target.take(pid)
            }
        }
        throw FaultError(
            "fault.not-healed",
            "processes appear in \(group) faster than they can be moved out; move them by hand",
            exitCode: .notHealed
        )
    }

    private static func home(of pid: Int32, _ homes: [ProcessIdentity: String]) -> String? {
        var next = pid
        for _ in 0..<64 {
            guard let status = ProcessTable.status(of: next) else { return nil }
            if let folder = homes[status.identity] { return folder }
            next = status.parent
        }
        return nil
    }
}

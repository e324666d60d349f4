import Glibc
package import LinuxSystem
import Measures

/// One group, by its folder. A value: it names the group and does not own it.
package struct Cgroup: Hashable, Sendable, CustomStringConvertible {
    package let mount: CgroupMount
    /// Below the mount point, which is the topmost group.
    package let folder: String

    package init(mount: CgroupMount, folder: String) {
        self.mount = mount
        self.folder = folder
    }

    package var description: String { folder }
    package var isTop: Bool { folder == mount.point }
    package var exists: Bool { access("\(folder)/cgroup.procs", F_OK) == 0 }
    package var name: String { folder.split(separator: "/").last.map(String.init) ?? "" }

    package var parent: Cgroup? {
        guard !isTop, let slash = folder.lastIndex(of: "/") else { return nil }
        return Cgroup(mount: mount, folder: String(folder[..<slash]))
    }

    package func child(_ name: String) -> Cgroup { Cgroup(mount: mount, folder: "\(folder)/\(name)") }

    package var children: [Cgroup] {
        get throws(SystemError) {
            var found: [Cgroup] = []
            for name in try Directory.entries(folder).sorted() where child(name).exists {
                found.append(child(name))
            }
            return found
        }
    }

    package func isAtOrBelow(_ other: Cgroup) -> Bool {
        folder == other.folder || folder.hasPrefix(other.folder + "/")
    }

    // MARK: Groups

    /// Errors: EEXIST when it is there; EROFS in containers, ENOSPC at cgroup.max.descendants.
    package func make() throws(SystemError) {
        let folder = folder
        try SystemError.check("make the group \(folder)") { mkdir(folder, 0o755) }
    }

    /// False when there was none. A group whose last process has just ended is busy for a moment: waited for, at most
    /// half a second.
    @discardableResult
    package func remove() throws(SystemError) -> Bool {
        for attempt in 0... {
            if rmdir(folder) == 0 { return true }
            let number = errno
            if number == ENOENT { return false }
            guard number == EBUSY, attempt < 100 else {
                throw SystemError("remove the group \(folder)", errno: number, exitCode: .notHealed)
            }
            usleep(5000)
        }
        return false
    }

    // MARK: Processes

    /// The pids in it, not in those below; of a process whose first thread has ended the pid is listed too.
    package var processes: [Int32] {
        get throws(SystemError) {
            try FileContents.text("\(folder)/cgroup.procs").split(separator: "\n").compactMap { Int32($0) }
                // 0: a process that this pid namespace does not see.
                .filter { $0 > 0 }
        }
    }

    /// Those below it too. Bounded in depth, since version 2 is.
    package func allProcesses(depth: Int = 32) throws(SystemError) -> [Int32] {
        var found = try processes
        guard depth > 0 else { return found }
        for child in try children {
            // A group that vanishes meanwhile has no processes.
            found += (try? child.allProcesses(depth: depth - 1)) ?? []
        }
        return found
    }

    /// All its threads with it. False when the process has ended.
    @discardableResult
    package func take(_ pid: Int32) throws(SystemError) -> Bool {
        do {
            try FileContents.write("\(pid)", toExisting: "\(folder)/cgroup.procs")
            return true
        } catch {
            if error.errno == ESRCH { return false }
            throw error
        }
    }

    // MARK: Values

    package func has(_ file: String) -> Bool { access("\(folder)/\(file)", F_OK) == 0 }

    /// Without the newline at its end.
    package func read(_ file: String) throws(SystemError) -> String {
        let text = try FileContents.text("\(folder)/\(file)")
        return String(text.hasSuffix("\n") ? text.dropLast() : text[...])
    }

    package func write(_ value: String, to file: String) throws(SystemError) {
        try FileContents.write(value, toExisting: "\(folder)/\(file)")
    }

    /// The numbers of a file such as cpu.stat ("nr_throttled 12"); empty when it cannot be read.
    package func numbers(_ file: String) -> [String: UInt64] {
        (try? read(file)).map { CgroupText.numbers($0[...]) } ?? [:]
    }
}

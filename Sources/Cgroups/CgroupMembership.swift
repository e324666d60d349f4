import LinuxSystem

/// In which group of each hierarchy a process is: /proc/PID/cgroup, see cgroups(7).
package struct CgroupMembership: Hashable, Sendable {
    /// The controllers (or "name=systemd") and the group's path; no controllers: version 2.
    package struct Entry: Hashable, Sendable {
        package let controllers: [String]
        package let path: String
    }

    package let entries: [Entry]

    /// Lines that are none, "3:cpu,cpuacct:/x", are left out: a newer kernel may write others.
    package init(parsing text: String) {
        entries = text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, UInt32(parts[0]) != nil, parts[2].hasPrefix("/") else { return nil }
            return Entry(
                controllers: parts[1].split(separator: ",").map(String.init),
                path: Self.living(parts[2])
            )
        }
    }

    /// Nil when the process is gone.
    package init?(of pid: Int32) {
        guard let text = try? FileContents.text("/proc/\(pid)/cgroup") else { return nil }
        self.init(parsing: text)
    }

    /// Its group in the hierarchy that is mounted there, as a path in that hierarchy.
    package func path(in mount: CgroupMount) -> String? {
        switch mount.version {
        case .two: entries.first { $0.controllers.isEmpty }?.path
        case .one(let controllers):
            entries.first { !$0.controllers.isEmpty && Set($0.controllers) == Set(controllers) }?.path
        }
    }

    /// A group that was removed while a zombie is in it is shown as "/x (deleted)".
    private static func living(_ path: Substring) -> String {
        path.hasSuffix(" (deleted)") ? String(path.dropLast(10)) : String(path)
    }
}

import CLinux
package import LinuxSystem

/// The hierarchies that are mounted for this process: only version 1, only version 2, or both side by side.
package struct CgroupMounts: Sendable {
    package let mounts: [CgroupMount]

    package init(parsing mountinfo: String) {
        mounts = mountinfo.split(separator: "\n").compactMap { CgroupMount(parsing: $0) }
    }

    /// As they are now, without those whose file system is another than it is said to be (one that is mounted over it).
    /// Errors: /proc is not there.
    package static func current() throws(SystemError) -> CgroupMounts {
        CgroupMounts(parsing: try FileContents.text("/proc/self/mountinfo")).filtered { $0.isWhatItSays }
    }

    private func filtered(_ isKept: (CgroupMount) -> Bool) -> CgroupMounts {
        CgroupMounts(mounts.filter(isKept))
    }

    private init(_ mounts: [CgroupMount]) {
        self.mounts = mounts
    }

    /// The last one counts: it lies on top.
    package var two: CgroupMount? { mounts.last { $0.version == .two } }
    package func one(_ controller: String) -> CgroupMount? { mounts.last { $0.holds(controller) } }

    /// The hierarchies in which resources are divided or counted, each once.
    package var resources: [CgroupMount] {
        var seen: Set<CgroupMount.Version> = []
        return mounts.reversed().filter { mount in
            let isNamed =
                if case .one(let names) = mount.version { names.contains { $0.hasPrefix("name=") } } else {
                    false
                }
            return !isNamed && seen.insert(mount.version).inserted
        }
    }
}

extension CgroupMount {
    /// CGROUP_SUPER_MAGIC and CGROUP2_SUPER_MAGIC of <linux/magic.h>.
    private var magic: Int64 { version == .two ? 0x6367_7270 : 0x0027_e0eb }

    fileprivate var isWhatItSays: Bool { clinux_filesystem_kind(point) == magic }
}

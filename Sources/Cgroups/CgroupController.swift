/// A resource that groups can be limited in, under its names in both versions.
package enum CgroupController: String, Sendable, Hashable, CaseIterable {
    case cpu, memory, io, freezer

    /// As /proc/self/cgroup and mount options have it in version 1.
    package var nameInOne: String { self == .io ? "blkio" : rawValue }
    /// As cgroup.controllers has it; nil: it is no controller but part of version 2 itself (cgroup.freeze).
    package var nameInTwo: String? { self == .freezer ? nil : rawValue }

    /// What brings it, for a person.
    package var remedy: String {
        switch self {
        case .cpu:
            "a kernel with CONFIG_CFS_BANDWIDTH, and the cpu controller mounted (mount -t cgroup2 none /sys/fs/cgroup)"
        case .memory:
            "a kernel with CONFIG_MEMCG, booted without cgroup_disable=memory (Debian and Raspberry Pi: cgroup_enable=memory)"
        case .io: "a kernel with CONFIG_BLK_DEV_THROTTLING, and the io controller (version 1: blkio) mounted"
        case .freezer:
            "cgroup version 2 of Linux 5.2 or later mounted (mount -t cgroup2 none /sys/fs/cgroup/unified), or the "
                + "freezer of version 1 (CONFIG_CGROUP_FREEZER)"
        }
    }
}

import Glibc
package import LinuxSystem

/// What this host can do with control groups, found out by making a group and taking it away again.
extension Feature {
    package static let cpuLimit = limit("CPU limits", .cpu, one: "cpu.cfs_quota_us", two: "cpu.max")
    package static let memoryLimit = limit(
        "memory limits",
        .memory,
        one: "memory.limit_in_bytes",
        two: "memory.max"
    )
    package static let ioLimit = limit(
        "I/O limits",
        .io,
        one: "blkio.throttle.read_bps_device",
        two: "io.max"
    )
    package static let freezer = limit("freezing", .freezer, one: "freezer.state", two: "cgroup.freeze")

    private static func limit(_ name: String, _ controller: CgroupController, one: String, two: String)
        -> Feature
    {
        Feature(name: name, needs: controller.remedy) {
            do {
                let mounts = try CgroupMounts.current()
                let candidates = mounts.candidates(for: controller)
                guard !candidates.isEmpty else { return .no("no such controller is mounted") }
                var reason = ""
                for mount in candidates {
                    let top = Cgroup(mount: mount, folder: mount.point)
                    // Version 2 shows the file only where the parent hands the controller down: listed is enough.
                    if mount.version == .two, let name = controller.nameInTwo {
                        if top.lists(name, in: "cgroup.controllers"), access(top.folder, W_OK) == 0 {
                            return .yes
                        }
                        reason = "\(top.folder) has no \(name) controller, or cannot be written to"
                        continue
                    }
                    let group = top.child("faultline-probe-\(getpid())-\(controller.rawValue)")
                    try group.make()
                    let has = group.has(mount.version == .two ? two : one)
                    try group.remove()
                    if has { return .yes }
                    reason = "groups below \(mount.point) have no \(mount.version == .two ? two : one)"
                }
                return .no(reason)
            } catch {
                return .unknown("\(error)")
            }
        }
    }
}

extension CgroupMounts {
    /// The hierarchies that may have it, the better first: version 2, where it has the controller.
    package func candidates(for controller: CgroupController) -> [CgroupMount] {
        var found: [CgroupMount] = []
        if let two {
            let top = Cgroup(mount: two, folder: two.point)
            if controller.nameInTwo.map({ top.lists($0, in: "cgroup.controllers") }) ?? true {
                found.append(two)
            }
        }
        if let one = one(controller.nameInOne) { found.append(one) }
        return found
    }
}

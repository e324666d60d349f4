import LinuxSystem

/// Which group a name, a path or a process means on this host.
extension CgroupMounts {
    /// Nil: the process is gone, or its group lies outside what is mounted.
    package func group(of pid: Int32, in mount: CgroupMount) -> Cgroup? {
        guard let path = CgroupMembership(of: pid)?.path(in: mount), let folder = mount.folder(of: path)
        else {
            return nil
        }
        return Cgroup(mount: mount, folder: folder)
    }

    /// A systemd unit's group: "nginx.service" or "nginx". Version 2's first, then the one that systemd keeps for itself.
    /// Errors: no such unit has a group, with near names.
    package func unit(_ name: String) throws(CgroupError) -> Cgroup {
        let full = Self.unitName(name)
        var units: Set<String> = []
        for mount in [two, one("name=systemd")].compactMap({ $0 }) {
            let top = Cgroup(mount: mount, folder: mount.point)
            let usual = top.child("system.slice").child(full)
            if usual.exists { return usual }
            if let found = find(full, below: top, depth: 8, seen: &units) { return found }
        }
        let near = units.filter { $0.contains(name) || full.contains($0.split(separator: ".")[0]) }.sorted()
            .prefix(5)
        throw CgroupError(
            "cgroup.no-unit",
            "no unit \(full) runs here (looked for its group in \(two?.point ?? "no version 2") and the systemd "
                + "hierarchy); "
                + (near.isEmpty
                    ? "see: systemctl list-units --type=service"
                    : "there is: \(near.joined(separator: ", "))")
        )
    }

    /// A group by its folder, or by its path in version 2 or, given as "CONTROLLER:PATH", in version 1.
    package func group(_ path: String) throws(CgroupError) -> Cgroup {
        for mount in mounts.reversed() where path == mount.point || path.hasPrefix(mount.point + "/") {
            let group = Cgroup(mount: mount, folder: path.hasSuffix("/") ? String(path.dropLast()) : path)
            if group.exists { return group }
        }
        let parts = path.split(separator: ":", maxSplits: 1).map(String.init)
        let mount = parts.count == 2 ? one(parts[0]) : two
        if let mount, let inner = parts.last, let folder = mount.folder(of: inner) {
            let group = Cgroup(mount: mount, folder: folder)
            if group.exists { return group }
        }
        let places = mounts.map(\.point).joined(separator: ", ")
        throw CgroupError(
            "cgroup.none",
            "no control group \(path) here; give its folder below one of: \(places.isEmpty ? "none mounted" : places)"
        )
    }

    package static func unitName(_ name: String) -> String {
        let kinds = [".service", ".scope", ".slice", ".socket", ".mount"]
        return kinds.contains { name.hasSuffix($0) } ? name : name + ".service"
    }

    private func find(_ name: String, below group: Cgroup, depth: Int, seen: inout Set<String>) -> Cgroup? {
        guard depth > 0, let children = try? group.children else { return nil }
        for child in children {
            if child.name.hasSuffix(".service") { seen.insert(child.name) }
            if child.name == name { return child }
            if let found = find(name, below: child, depth: depth - 1, seen: &seen) { return found }
        }
        return nil
    }
}

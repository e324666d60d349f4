import Cgroups
import Glibc
import LinuxSystem
import Netlink
import Packetfilter
import Processes
import TestSupport

/// Everything that a fault can change on a host of the test, as lines that can be compared.
struct HostState: Equatable {
    let lines: Set<String>

    /// `disk`: a file system of the host's own. `id`: the fault's, by which its control groups are known. `leavingOut`:
    /// the agent and its guardian, before they die.
    init(of namespace: NetworkNamespace, disk: String, id: String, leavingOut own: Set<Int32> = []) throws {
        var lines: [String] = []
        let rules = try FilterSocket.open(in: namespace).snapshot()
        lines += rules.objects.map { "\($0.key): \(hexadecimal($0.value))" }
        let route = try RouteSocket(in: namespace)
        for link in try route.links() {
            lines.append("interface \(link.name)")
            lines += try route.trafficControl(of: link.index).objects.map { "\(link.name): \($0)" }
        }
        let inode = try namespace.inode()
        var counts: [String: Int] = [:]
        for status in ProcessTable.current().members(ofNetworkNamespace: inode)
        where !own.contains(status.identity.pid) {
            let groups = (try? FileContents.text("/proc/\(status.identity.pid)/cgroup")) ?? ""
            let leads = status.session == status.identity.pid ? " leads a session" : ""
            counts["\(status.name)\(status.isStopped ? " stopped" : "")\(leads) in \(groups)", default: 0] +=
                1
        }
        lines += counts.map { "\($0.value) times \($0.key)" }
        let word = id.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
        for mount in try CgroupMounts.current().mounts {
            lines += Self.groups(below: mount.point, named: word)
            if let handed = try? FileContents.text("\(mount.point)/cgroup.subtree_control") {
                lines.append("\(mount.point) hands down \(handed)")
            }
        }
        lines += try Directory.entries(disk).map { "file \($0)" }
        var space = statvfs()
        try SystemError.check("statvfs \(disk)") { statvfs(disk, &space) }
        lines.append("\(space.f_bfree) blocks free")
        self.lines = Set(lines)
    }

    /// "gone: …", "new: …"; empty: nothing was left, and nothing was lost.
    func differences(to later: HostState) -> [String] {
        lines.subtracting(later.lines).map { "gone: \($0)" }.sorted()
            + later.lines.subtracting(lines).map { "new: \($0)" }.sorted()
    }

    private static func groups(below top: String, named word: String) -> [String] {
        var found: [String] = []
        var open = [top]
        while let folder = open.popLast() {
            for name in (try? Directory.entries(folder)) ?? [] {
                // Groups are the only folders there.
                let path = "\(folder)/\(name)"
                guard (try? Directory.inode(path)) != nil else { continue }
                if name.contains(word) { found.append("group \(path)") }
                open.append(path)
            }
        }
        return found
    }
}

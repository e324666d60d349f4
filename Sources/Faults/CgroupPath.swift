import LinuxSystem
import Packetfilter

/// Finds a group of cgroup v2 by its path below the mount.
enum CgroupPath {
    /// Errors: no cgroup v2 is mounted; no such group; the root, which is everybody.
    static func find(_ path: String) throws -> SenderCgroup {
        let (folder, level) = try locate(path)
        return SenderCgroup(level: level, identifier: try identifier(folder, of: path))
    }

    /// Of the group and all below it.
    static func identifiers(_ path: String) throws -> Set<UInt64> {
        let (folder, _) = try locate(path)
        var identifiers: Set<UInt64> = [try identifier(folder, of: path)]
        var open = [folder]
        while let parent = open.popLast() {
            for name in try Directory.entries(parent) {
                // Groups are its only folders; one that ends meanwhile has no connections.
                guard let inode = try? Directory.inode("\(parent)/\(name)") else { continue }
                identifiers.insert(inode)
                open.append("\(parent)/\(name)")
            }
        }
        return identifiers
    }

    private static func locate(_ path: String) throws -> (folder: String, level: UInt32) {
        let mounts = try FileContents.text("/proc/self/mountinfo")
        guard let mount = Mount.first(in: mounts) else {
            throw FaultError(
                "fault.cgroup",
                "cgroup \(path): no cgroup v2 is mounted; mount one: mount -t cgroup2 none /sys/fs/cgroup"
            )
        }
        let parts = path.split(separator: "/")
        guard !parts.isEmpty, !parts.contains("..") else {
            throw FaultError(
                "fault.cgroup",
                "cgroup \(path): name a group below the root, such as /system.slice/nginx.service"
            )
        }
        return ("\(mount.point)/\(parts.joined(separator: "/"))", UInt32(mount.depth + parts.count))
    }

    private static func identifier(_ folder: String, of path: String) throws -> UInt64 {
        do {
            return try Directory.inode(folder)
        } catch {
            throw FaultError("fault.cgroup", "cgroup \(path): \(error.message); see below its mount")
        }
    }

    struct Mount: Equatable {
        let point: String
        /// Of its root below the hierarchy's: more than 0 for a part that is mounted alone.
        let depth: Int

        /// "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw": proc_pid_mountinfo(5).
        static func first(in text: String) -> Mount? {
            for line in text.split(separator: "\n") {
                let fields = line.split(separator: " ")
                guard let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count, dash >= 5,
                    fields[dash + 1] == "cgroup2"
                else { continue }
                return Mount(point: unescaped(fields[4]), depth: fields[3].split(separator: "/").count)
            }
            return nil
        }

        /// Blanks and the like are octal there: "\040".
        private static func unescaped(_ field: Substring) -> String {
            var bytes: [UInt8] = []
            var rest = Array(field.utf8)[...]
            while let byte = rest.popFirst() {
                let digits = rest.prefix(3)
                if byte == UInt8(ascii: "\\"), digits.count == 3,
                    let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
                {
                    bytes.append(code)
                    rest = rest.dropFirst(3)
                } else {
                    bytes.append(byte)
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

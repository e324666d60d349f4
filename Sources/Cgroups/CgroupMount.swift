/// One mounted hierarchy of control groups: a line of /proc/PID/mountinfo, see proc(5) and cgroups(7).
package struct CgroupMount: Hashable, Sendable {
    package enum Version: Hashable, Sendable {
        /// The controllers, and "name=systemd" for a hierarchy without any.
        case one([String])
        case two
    }

    package let version: Version
    /// Where it is mounted: "/sys/fs/cgroup/cpu".
    package let point: String
    /// Which group of the hierarchy is seen there: "/", or the container's own group.
    package let root: String

    package init(version: Version, point: String, root: String) {
        self.version = version
        self.point = point
        self.root = root
    }

    /// Nil when the line is of another file system, or is no such line. Fields: mount id, parent id, device, root, mount
    /// point, options, optional fields up to "-", file system, source, super-block options (which name the controllers).
    package init?(parsing line: Substring) {
        let fields = line.split(separator: " ", omittingEmptySubsequences: false)
        guard let dash = fields.dropFirst(6).firstIndex(of: "-"), fields.count >= dash + 4 else { return nil }
        let options = fields[dash + 3].split(separator: ",").map(String.init)
        switch fields[dash + 1] {
        case "cgroup2": version = .two
        case "cgroup": version = .one(options.filter { !Self.isOption($0) })
        default: return nil
        }
        root = Self.unescaped(fields[3])
        point = Self.unescaped(fields[4])
        guard root.hasPrefix("/"), point.hasPrefix("/") else { return nil }
    }

    package func holds(_ controller: String) -> Bool {
        if case .one(let controllers) = version { controllers.contains(controller) } else { false }
    }

    /// The folder of a group that /proc/PID/cgroup names so; nil when it lies outside what is mounted here.
    package func folder(of group: String) -> String? {
        let parts = group.split(separator: "/", omittingEmptySubsequences: true)
        guard group.hasPrefix("/"), !parts.contains("..") else { return nil }
        let above = root.split(separator: "/", omittingEmptySubsequences: true)
        guard parts.starts(with: above) else { return nil }
        return ([Substring(point == "/" ? "" : point)] + parts.dropFirst(above.count)).joined(separator: "/")
    }

    private static func isOption(_ option: String) -> Bool {
        ["rw", "ro", "noprefix", "xattr", "clone_children", "favordynmods", "cpuset_v2_mode"].contains(option)
            || option.hasPrefix("release_agent=")
    }

    /// Space, tab, newline and backslash are written in octal: "\040".
    static func unescaped(_ text: Substring) -> String {
        let bytes = Array(text.utf8)
        var plain: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let digits = bytes[min(index + 1, bytes.count)..<min(index + 4, bytes.count)]
            if bytes[index] == UInt8(ascii: "\\"), digits.count == 3,
                digits.allSatisfy({ (48...55).contains($0) })
            {
                plain.append(digits.reduce(0) { $0 &* 8 &+ ($1 - 48) })
                index += 4
            } else {
                plain.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }
}

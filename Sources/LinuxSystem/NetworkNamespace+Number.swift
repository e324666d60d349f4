/// The kernel's number of a namespace: it names one of which nobody knows a path any more.
extension NetworkNamespace {
    /// As the kernel writes it in /proc/PID/ns: "net:[4026531840]".
    package static func link(number: UInt64) -> String { "net:[\(number)]" }

    /// From "net:[4026531840]"; nil: it is something else, a path for example.
    package static func number(ofLink text: String) -> UInt64? {
        guard text.hasPrefix("net:["), text.hasSuffix("]") else { return nil }
        return UInt64(text.dropFirst(5).dropLast())
    }

    /// One that a process is in, or that is held below /run/netns; nil: there is none, or nobody to be seen is in it. What
    /// it holds is gone with it. Reads one link for each process.
    package static func find(number: UInt64) -> NetworkNamespace? {
        let wanted = link(number: number)
        let pids = ((try? Directory.entries("/proc")) ?? []).filter { Int32($0) != nil }
        for pid in pids where Directory.linkTarget("/proc/\(pid)/ns/net") == wanted {
            return NetworkNamespace(path: "/proc/\(pid)/ns/net")
        }
        let held = (try? list()) ?? []
        return held.first { namespace in (try? namespace.inode()) == number }
    }
}

import Glibc

/// What this process costs.
package struct OwnUsage: Sendable {
    package let residentBytes: UInt64
    /// User and system, since the start.
    package let processorSeconds: Double
    package let openFiles: Int

    /// What cannot be read counts as nothing. C: `clock_gettime`; /proc/self/statm, whose second figure is pages.
    package static func read() -> OwnUsage {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        let processor = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        let statm = (try? FileContents.text("/proc/self/statm")) ?? ""
        let pages = statm.split(separator: " ").dropFirst().first.flatMap { UInt64($0) } ?? 0
        return OwnUsage(
            residentBytes: pages * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE)))),
            processorSeconds: processor,
            openFiles: openFiles
        )
    }

    private static var openFiles: Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Itself, "." and "..".
        return max(0, count - 3)
    }
}

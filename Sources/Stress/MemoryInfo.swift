package import LinuxSystem

/// The host's memory: /proc/meminfo, in bytes.
package struct MemoryInfo: Sendable, Hashable {
    package let total: UInt64
    /// What can be had without swapping, by the kernel's estimate.
    package let available: UInt64

    package init?(parsing text: String) {
        var found: [Substring: UInt64] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == ":" })
            guard words.count >= 2, let number = UInt64(words[1]) else { continue }
            let (bytes, overflow) = number.multipliedReportingOverflow(by: words.count > 2 ? 1024 : 1)
            if !overflow { found[words[0]] = bytes }
        }
        guard let total = found["MemTotal"], let available = found["MemAvailable"] else { return nil }
        self.total = total
        self.available = available
    }

    package static func current() throws(SystemError) -> MemoryInfo {
        guard let info = MemoryInfo(parsing: try FileContents.text("/proc/meminfo")) else {
            throw SystemError(
                "read /proc/meminfo",
                refused: "it does not say MemAvailable (Linux 3.14 or later)"
            )
        }
        return info
    }

    /// What a fault leaves to the host, so that its kernel need not kill anybody: 256 MiB, or a twentieth where that is
    /// more.
    package var margin: UInt64 { max(256 << 20, total / 20) }
    /// The most that a fault takes unless told otherwise.
    package var usable: UInt64 { available > margin ? available - margin : 0 }
}

import LinuxSystem

#if canImport(Glibc)
import Glibc
#endif

/// A whole block device, by its numbers: what I/O can be limited on.
package struct BlockDevice: Sendable, Hashable, CustomStringConvertible {
    package let major: UInt32
    package let minor: UInt32

    package var description: String { "\(major):\(minor)" }

    /// "/dev/sda", "8:0", or empty for the one that the root file system is on. Of a partition, the disk that it is part of.
    /// Errors: there is none, with the ones that there are.
    package init(_ text: String) throws {
        let numbers = text.split(separator: ":").compactMap { UInt32($0) }
        if numbers.count == 2 {
            try self.init(major: numbers[0], minor: numbers[1])
            return
        }
        var status = stat()
        let path = text.isEmpty ? "/" : text
        guard stat(path, &status) == 0 else { throw Self.none(path) }
        let isBlock = status.st_mode & S_IFMT == S_IFBLK
        guard text.isEmpty || isBlock else { throw Self.none(path) }
        let number = isBlock ? status.st_rdev : status.st_dev
        // As glibc's major() and minor() take them apart.
        let major = UInt32(truncatingIfNeeded: (number >> 8) & 0xfff | (number >> 32) & ~0xfff)
        let minor = UInt32(truncatingIfNeeded: number & 0xff | (number >> 12) & ~0xff)
        try self.init(major: major, minor: minor)
    }

    private init(major: UInt32, minor: UInt32) throws {
        let folder = "/sys/dev/block/\(major):\(minor)"
        guard access(folder, F_OK) == 0 else { throw Self.none("\(major):\(minor)") }
        if access("\(folder)/partition", F_OK) == 0, let disk = try? FileContents.text("\(folder)/../dev") {
            let numbers = disk.split(whereSeparator: { $0 == ":" || $0 == "\n" }).compactMap { UInt32($0) }
            if numbers.count == 2 {
                self.major = numbers[0]
                self.minor = numbers[1]
                return
            }
        }
        self.major = major
        self.minor = minor
    }

    private static func none(_ what: String) -> FaultError {
        let there = ((try? Directory.entries("/sys/block")) ?? []).sorted().map { "/dev/\($0)" }
        return FaultError(
            "fault.no-device",
            "\(what) is no block device here; there is: \(there.isEmpty ? "none" : there.joined(separator: ", "))"
        )
    }
}

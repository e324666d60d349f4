import Glibc
import LinuxSystem

/// Fills a file system from an instant on, and again when others have freed some.
struct DiskStress: ~Copyable, Sendable {
    private let file: OwnedDescriptor
    private let space: StressTask.Space
    private let counting: StressTask.FreeSpace

    init(folder: String, leaving space: StressTask.Space, counting: StressTask.FreeSpace) throws(SystemError)
    {
        file = try UnlinkedFile.open(in: folder)
        self.space = space
        self.counting = counting
    }

    func free() -> UInt64 { Self.space(of: file.number, counting).free }

    /// Bytes; 0 when they cannot be read.
    private static func space(of file: Int32, _ counting: StressTask.FreeSpace) -> (
        size: UInt64, free: UInt64, block: UInt64
    ) {
        var status = statvfs()
        guard fstatvfs(file, &status) == 0 else { return (0, 0, 1) }
        let block = UInt64(status.f_frsize)
        let free = UInt64(counting == .users ? status.f_bavail : status.f_bfree)
        return (UInt64(status.f_blocks) * block, free * block, max(1, block))
    }

    func run(from start: Int64, _ counts: StressCounts) -> Never {
        Clocks.sleepUntil(monotonic: start)
        var length: UInt64 = 0
        while true {
            fill(&length, counts)
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 100_000_000)
        }
    }

    /// C: `posix_fallocate`, which takes blocks without writing them where the file system can.
    private func fill(_ length: inout UInt64, _ counts: StressCounts) {
        var most: UInt64 = 256 << 20
        while true {
            let (size, free, block) = Self.space(of: file.number, counting)
            let keep = space.bytes(of: size)
            let step = free > keep ? min(free - keep, most) / block * block : 0
            guard step > 0 else { return }
            let code = posix_fallocate(file.number, off_t(length), off_t(step))
            switch code {
            case 0:
                length += step
                counts.wrote(Int(step))
            case EINTR: continue
            case ENOSPC where most > block:
                // Others were faster, or the file system needs some for itself.
                most = max(block, step / 2 / block * block)
            default:
                if code != ENOSPC { counts.fail(code) }
                return
            }
        }
    }
}

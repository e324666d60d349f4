import Glibc
import LinuxSystem

/// One thread that writes, syncs and reads a file of bounded size from an instant on.
struct IOStress: ~Copyable, Sendable {
    private let file: OwnedDescriptor
    private let bytes: UInt64
    private static let chunk = 64 << 10

    init(folder: String, bytes: UInt64) throws(SystemError) {
        file = try UnlinkedFile.open(in: folder)
        self.bytes = bytes
    }

    func run(from start: Int64, _ counts: StressCounts) -> Never {
        var buffer = (0..<Self.chunk).map { UInt8(truncatingIfNeeded: $0 &* 0x9e37 >> 7) }
        Clocks.sleepUntil(monotonic: start)
        while true {
            let length = write(&buffer, counts)
            // So that reading asks the disk and not the page cache.
            _ = posix_fadvise(file.number, 0, 0, POSIX_FADV_DONTNEED)
            read(&buffer, length, counts)
        }
    }

    /// The file from its beginning; a sync every 16 chunks. Returns how far it came.
    private func write(_ buffer: inout [UInt8], _ counts: StressCounts) -> UInt64 {
        var offset: UInt64 = 0
        var chunks = 0
        while offset < bytes {
            let size = Int(min(UInt64(Self.chunk), bytes - offset))
            let count = pwrite(file.number, buffer, size, off_t(offset))
            guard count > 0 else {
                counts.fail(errno)
                // A full disk stays full for a while: no busy loop.
                usleep(10_000)
                break
            }
            offset += UInt64(count)
            counts.wrote(count)
            chunks += 1
            if chunks % 16 == 0 { _ = fdatasync(file.number) }
        }
        _ = fdatasync(file.number)
        return offset
    }

    private func read(_ buffer: inout [UInt8], _ length: UInt64, _ counts: StressCounts) {
        var offset: UInt64 = 0
        while offset < length {
            let count = pread(file.number, &buffer, buffer.count, off_t(offset))
            guard count > 0 else { return }
            offset += UInt64(count)
            counts.didRead(count)
        }
    }
}

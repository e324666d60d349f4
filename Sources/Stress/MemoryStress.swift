import Glibc
import LinuxSystem

/// Memory that is reserved ahead and touched from an instant on.
struct MemoryStress: @unchecked Sendable {
    private let base: UnsafeMutableRawPointer
    private let bytes: UInt64
    private let isKeptHot: Bool
    private let beyondMargin: Bool
    private static let page = 4096

    /// C: `mmap(MAP_NORESERVE)`: nothing is taken yet.
    init(bytes: UInt64, isKeptHot: Bool, beyondMargin: Bool) throws(SystemError) {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let length = Int(exactly: bytes),
            let base = mmap(nil, length, PROT_READ | PROT_WRITE, flags, -1, 0),
            base != UnsafeMutableRawPointer(bitPattern: -1)
        else { throw SystemError("reserve \(bytes) bytes of memory", errno: errno) }
        self.base = base
        self.bytes = bytes
        self.isKeptHot = isKeptHot
        self.beyondMargin = beyondMargin
    }

    func run(from start: Int64, _ counts: StressCounts) -> Never {
        Clocks.sleepUntil(monotonic: start)
        var length = Int(bytes)
        var offset = 0
        while offset < length {
            // The host may have less by now than when it was asked: every 16 MiB.
            if !beyondMargin, offset % (16 << 20) == 0, isShort {
                counts.fail(ENOMEM)
                length = offset
                break
            }
            touch(offset)
            offset += Self.page
        }
        while true {
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 1_000_000_000)
            guard isKeptHot else { continue }
            for offset in stride(from: 0, to: length, by: Self.page) { touch(offset) }
        }
    }

    /// Different in each page, so that the kernel merges and compresses none.
    @inline(__always)
    private func touch(_ offset: Int) {
        let value = UInt64(truncatingIfNeeded: offset) &* 0x9e37_79b9_7f4a_7c15 | 1
        base.storeBytes(of: value, toByteOffset: offset, as: UInt64.self)
    }

    private var isShort: Bool {
        guard let info = try? MemoryInfo.current() else { return false }
        return info.available < info.margin
    }
}

import Glibc
import LinuxSystem
import Measures

/// A task with all that it needs at hand, parked; and begun, its threads and what they have used.
final class StressWork: @unchecked Sendable {
    private let task: StressTask
    private let counts = StressCounts()
    /// Whoever works, each on a thread of its own. Given away by `begin`.
    private var workers: [@Sendable (Int64) -> Void] = []
    private var free: @Sendable () -> UInt64 = { 0 }
    private var start: Int64?
    private var cpuBefore: Int64 = 0
    private var freeBefore: UInt64 = 0

    init(_ task: StressTask) throws {
        self.task = task
        let counts = counts
        switch task {
        case .cpu(let count, let load):
            workers = (0..<count).map { _ in { CPUStress(load: load).run(from: $0) } }
        case .memory(let bytes, let hot, let beyond):
            let info = try MemoryInfo.current()
            guard beyond || bytes <= info.usable else {
                throw SystemError(
                    "take \(bytes) bytes of memory",
                    refused:
                        "only \(info.usable) can be had: \(info.available) are available, and \(info.margin) "
                        + "stay with the host"
                )
            }
            let memory = try MemoryStress(bytes: bytes, isKeptHot: hot, beyondMargin: beyond)
            workers = [{ memory.run(from: $0, counts) }]
        case .disk(let folder, let space, let counting):
            let disk = Held(try DiskStress(folder: folder, leaving: space, counting: counting))
            free = { disk.value.free() }
            workers = [{ disk.value.run(from: $0, counts) }]
        case .io(let count, let folder, let bytes):
            for _ in 0..<count {
                let io = Held(try IOStress(folder: folder, bytes: bytes))
                workers.append { io.value.run(from: $0, counts) }
            }
        }
    }

    /// Its threads are there from now on, and work from `start` on.
    func begin(at start: Int64) throws {
        self.start = start
        cpuBefore = Self.cpuTime()
        freeBefore = free()
        for worker in workers { _ = try PinnedThread(name: "stress") { worker(start) } }
    }

    func report() -> StressReport {
        var report = StressReport()
        guard let start else { return report }
        report.elapsed = max(0, Clocks.monotonic() - start)
        report.cpu = Self.cpuTime() - cpuBefore
        report.resident = Self.resident()
        report.freeBefore = freeBefore
        report.freeNow = free()
        report.written = counts.written
        report.read = counts.read
        report.trouble = counts.trouble
        return report
    }

    private static func cpuTime() -> Int64 {
        var time = timespec()
        _ = clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// VmRSS, which /proc/self/statm has in pages.
    private static func resident() -> UInt64 {
        let words = (try? FileContents.text("/proc/self/statm"))?.split(separator: " ") ?? []
        return words.count > 1 ? (UInt64(words[1]) ?? 0) * UInt64(sysconf(Int32(_SC_PAGESIZE))) : 0
    }
}

/// A noncopyable value that several closures share.
private final class Held<Value: ~Copyable & Sendable>: Sendable {
    let value: Value
    init(_ value: consuming Value) { self.value = value }
}

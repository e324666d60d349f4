import Glibc
import LinuxSystem

/// Who listens on the queues of one network namespace, and how many packets wait there.
///
/// When a base chain goes, the kernel drops all of them (nf_queue_nf_hook_drop), also those of an intrusion detection that
/// has nothing to do with us.
struct QueueOccupancy: ~Copyable {
    /// Stays with the namespace of the thread that opened it. -1: the kernel has no queues.
    private let file: OwnedDescriptor

    init() {
        let path = "/proc/thread-self/net/netfilter/nfnetlink_queue"
        do throws(SystemError) {
            file = try OwnedDescriptor(opening: path, flags: O_RDONLY)
        } catch {
            file = OwnedDescriptor(owning: -1)
        }
    }

    /// Whether anybody listens, and what is held; nobody and 0 where it cannot be told.
    var now: (hasListeners: Bool, held: Int) {
        let number = file.number
        // A line of some 60 bytes for each queue: beyond a thousand of them the rest is not looked at.
        return withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 8) { buffer in
            let count = max(0, pread(number, buffer.baseAddress, buffer.count, 0))
            guard count > 0 else { return (false, 0) }
            return (true, Self.held(in: String(decoding: buffer.prefix(count), as: UTF8.self)))
        }
    }

    /// Looks until nothing is held, for `patience` nanoseconds at most.
    func awaitEmpty(patience: Int64) {
        let end = Clocks.monotonic() + patience
        while now.held > 0, Clocks.monotonic() < end {
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 500_000)
        }
    }

    /// The third column is what a queue holds (`seq_show` of net/netfilter/nfnetlink_queue.c).
    static func held(in text: String) -> Int {
        text.split(separator: "\n").reduce(0) { sum, line in
            let columns = line.split(separator: " ")
            return sum + (columns.count > 2 ? Int(columns[2]) ?? 0 : 0)
        }
    }
}

import Impairments
import LinuxSystem
import Measures
package import Packetfilter
import Synchronization

/// Impairs the packets of one NFQUEUE number: where the kernel has no netem, packets wait in the kernel's queue,
/// and a thread of ours says when each leaves.
///
/// Order of use: start this, then install the rules that queue packets; remove the rules, then `stop`. If this process
/// dies, the kernel drops what is held, at most one latency's worth, and rules with `bypass` let all later packets pass.
/// The kernel also drops what is held when anybody removes a base chain or another netfilter hook in this namespace; the
/// filter, which is told of this engine, does not until it has stopped. A drop here is silent: the sender has long been
/// told that the packet is under way.
package final class QueueDelay: Sendable {
    private let shared: QueueShared
    private let thread: Mutex<PinnedThread?>
    private let filter: FilterSocket
    /// Why the thread has no real-time priority, which makes releases later under load; nil when it has it.
    package let realtimeRefusal: String?

    /// Binds the queue in the network namespace of the calling thread and starts. `filter`: the owner of the rules there.
    ///
    /// `capacity`: packets that may be held; beyond it packets pass at once. `priority`: SCHED_FIFO 1 to 99, where the
    /// host allows it.
    package init(
        queue: UInt16,
        settings: DelayLine.Settings,
        seed: UInt64,
        filter: FilterSocket,
        capacity: UInt32 = 65535,
        realtimePriority priority: Int32? = 50
    ) throws {
        let content = QueueContent(for: settings.asked)
        let socket = try QueueSocket(queue: queue, capacity: capacity, content: content)
        let shared = try QueueShared(socket: socket)
        let line = DelayLine(settings, seed: seed)
        let thread = try PinnedThread(name: "queue-\(queue)", realtimePriority: priority) { shared.run(line) }
        self.shared = shared
        self.realtimeRefusal = thread.realtimeRefusal?.message
        self.thread = Mutex(thread)
        self.filter = filter
        filter.beginHolding()
    }

    package var statistics: QueueStatistics { shared.statistics.withLock { $0 } }

    /// Lets go at once of all that is held, ends the thread and unbinds the queue. Twice is no error.
    /// Errors: a table that was removed in the meantime could not go for good; the rest has been done.
    @discardableResult
    package func stop() throws -> QueueStatistics {
        if let thread = thread.withLock({ $0.take() }) {
            shared.stopping.store(true, ordering: .releasing)
            shared.wakeup.signal()
            thread.join()
            try filter.endHolding()
        }
        return statistics
    }

    deinit { _ = try? stop() }
}

extension QueueContent {
    /// As little as this impairment can do with.
    init(for asked: Impairment) {
        let needsLength =
            asked.rate != nil || asked.slots.map { $0.bytes > 0 } == true || asked.duplicate.share != .zero
        self = asked.corrupt.share != .zero ? .whole : needsLength ? .length : .identity
    }
}

/// What the thread and its owner both see.
final class QueueShared: Sendable {
    let statistics = Mutex(QueueStatistics())
    let stopping = Atomic(false)
    let wakeup: Wakeup
    /// Until the thread takes it.
    private let socket: Mutex<QueueSocket?>

    init(socket: consuming QueueSocket) throws {
        wakeup = try Wakeup()
        self.socket = Mutex(consume socket)
    }

    /// The thread's body. Whatever goes wrong, the socket is closed at the end and packets pass.
    func run(_ line: DelayLine) {
        guard let socket = socket.withLock({ $0.take() }) else { return }
        do {
            var loop = try QueueLoop(socket: socket, line: line, wakeup: wakeup.number)
            while !stopping.load(ordering: .acquiring) {
                // Held over the turn, so that nothing is copied for a reader who is seldom there.
                try statistics.withLock { try loop.turn(&$0) }
                try loop.wait()
            }
            try statistics.withLock { try loop.finish(&$0) }
        } catch {
            statistics.withLock { $0.failure = "\(error)" }
        }
    }
}

import Faults
import LinuxSystem
import Processes
import Synchronization

/// One armed signal and its instant. Cancelled before, it never strikes; cancelled during, the caller waits until it has
/// struck, and can then heal.
final class Strike: Sendable {
    private let armed: ArmedSignal
    private let lease: LeaseEnd
    private let isCancelled = Mutex(false)

    init(_ armed: ArmedSignal, lease: LeaseEnd) {
        self.armed = armed
        self.lease = lease
    }

    func cancel() {
        isCancelled.withLock { $0 = true }
    }

    /// On a thread of its own, real-time where the host allows it. Nil: it was cancelled.
    func fire(at instant: Int64) async throws -> SignalSweep? {
        try await withCheckedThrowingContinuation { continuation in
            do {
                // Not joined: it ends by itself after the strike.
                _ = try PinnedThread(name: "strike", realtimePriority: 50) {
                    try? CurrentThread.setTimerSlack(nanoseconds: 1)
                    Clocks.sleepUntil(monotonic: instant - Self.announcement)
                    self.announce()
                    Clocks.sleepUntil(monotonic: instant)
                    continuation.resume(with: Result { try self.strike() })
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// Nanoseconds: a word with the guardian takes a twentieth of it.
    private static let announcement: Int64 = 2_000_000

    private func announce() {
        isCancelled.withLock { isCancelled in
            if !isCancelled, !lease.isOver(at: Clocks.monotonic()) { armed.announce() }
        }
    }

    private func strike() throws -> SignalSweep? {
        try isCancelled.withLock { isCancelled in
            // Frozen over the lease's end and running again: the guardian has healed, and nothing may begin any more.
            guard !isCancelled, !lease.isOver(at: Clocks.monotonic()) else { return nil }
            return try armed.strike()
        }
    }
}

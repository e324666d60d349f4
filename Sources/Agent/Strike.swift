import Faults
import LinuxSystem
import Recording
import Synchronization

/// Something that is done once, at an instant. Cancelled before, it never is; cancelled during, the caller waits until it
/// was, and can then heal.
final class Strike: Sendable {
    private let lease: LeaseEnd
    private let isCancelled = Mutex(false)

    init(lease: LeaseEnd) {
        self.lease = lease
    }

    /// What it did, between stamps before and after.
    struct Fired<Outcome: Sendable>: Sendable {
        let outcome: Outcome
        let span: LocalSpan
    }

    func cancel() {
        isCancelled.withLock { $0 = true }
    }

    /// On a thread of its own, real-time where the host allows it, which spins through the last microseconds. `instant` is
    /// asked again shortly before it comes, since the clock is known better by then. Nil: it was cancelled.
    func fire<Outcome: Sendable>(
        at instant: @escaping @Sendable () -> Int64,
        announce: @escaping @Sendable () -> Void = {},
        _ body: @escaping @Sendable () throws -> Outcome
    ) async throws -> Fired<Outcome>? {
        try await withCheckedThrowingContinuation { continuation in
            do {
                // Not joined: it ends by itself after the strike.
                _ = try PinnedThread(name: "strike", realtimePriority: 50) {
                    try? CurrentThread.setTimerSlack(nanoseconds: 1)
                    Clocks.sleepUntil(monotonic: instant() - Self.announcement)
                    self.unlessOver { announce() }
                    Clocks.meet(monotonic: instant())
                    continuation.resume(with: Result { try self.strike(body) })
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// Nanoseconds: a word with the guardian takes a twentieth of it.
    private static let announcement: Int64 = 2_000_000

    private func strike<Outcome>(_ body: () throws -> Outcome) throws -> Fired<Outcome>? {
        try unlessOver {
            let before = Clocks.monotonic()
            let outcome = try body()
            return Fired(outcome: outcome, span: LocalSpan(from: before, to: Clocks.monotonic()))
        }
    }

    /// Frozen over the lease's end and running again: the guardian has healed, and nothing may begin any more.
    private func unlessOver<Value>(_ body: () throws -> Value) rethrows -> Value? {
        try isCancelled.withLock { isCancelled in
            guard !isCancelled, !lease.isOver(at: Clocks.monotonic()) else { return nil }
            return try body()
        }
    }
}

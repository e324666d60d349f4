import LinuxSystem
import Measures
import Synchronization

/// What a fault does at its edges where no kernel window can do it, on a thread of its own: begins at the window's start,
/// ends at its end, or when the lease does, or when told to.
final class ActingThread: Sendable {
    private struct State {
        var leaseUntil: Int64
        var isCancelled = false
        var hasBegun = false
        var failure: (any Error)?
    }

    private let window: ActingWindow
    private let state: Mutex<State>
    private let wakeup: Wakeup
    private let thread = Mutex<PinnedThread?>(nil)

    /// `end` is called only after `begin` was, also when that failed: it undoes what there is.
    init(
        _ name: String,
        window: ActingWindow,
        leaseUntil: Int64,
        begin: @escaping @Sendable () throws -> Void,
        end: @escaping @Sendable () throws -> Void
    ) throws {
        self.window = window
        state = Mutex(State(leaseUntil: leaseUntil))
        wakeup = try Wakeup()
        var started: PinnedThread? = try PinnedThread(name: name) { [self] in run(begin, end) }
        thread.withLock { swap(&$0, &started) }
    }

    var hasBegun: Bool { state.withLock { $0.hasBegun } }
    var failure: (any Error)? { state.withLock { $0.failure } }

    func extend(leaseUntil: Int64) {
        state.withLock { $0.leaseUntil = max($0.leaseUntil, leaseUntil) }
        wakeup.signal()
    }

    /// Ends now, if it has not ended yet, and waits for it. Twice is once. Errors: what `end` threw.
    func finish() throws {
        state.withLock { $0.isCancelled = true }
        wakeup.signal()
        thread.withLock { $0.take() }?.join()
        if let failure { throw failure }
    }

    private func run(_ begin: () throws -> Void, _ end: () throws -> Void) {
        guard wait(until: { _ in self.window.start }) else { return }
        let isLeased = state.withLock { state in
            // A lease that ended before the start: nothing may begin any more.
            state.hasBegun = state.leaseUntil > window.start && !state.isCancelled
            return state.hasBegun
        }
        guard isLeased else { return }
        attempt(begin)
        _ = wait(until: { min(self.window.end, $0) })
        attempt(end)
    }

    private func attempt(_ body: () throws -> Void) {
        do { try body() } catch { state.withLock { $0.failure = $0.failure ?? error } }
    }

    /// False when it was cancelled before. Looked at again whenever the lease moves; the last two milliseconds are slept,
    /// since a poller counts in milliseconds.
    private func wait(until instant: (Int64) -> Int64) -> Bool {
        guard let poller = try? Poller(capacity: 1),
            (try? poller.add(wakeup.number, token: 0, .readable)) != nil
        else { return false }
        while true {
            let (lease, isCancelled) = state.withLock { ($0.leaseUntil, $0.isCancelled) }
            if isCancelled { return false }
            let left = instant(lease) - Clocks.monotonic()
            if left <= 0 { return true }
            guard left > 2_000_000 else {
                Clocks.sleepUntil(monotonic: instant(lease))
                continue
            }
            _ = try? poller.wait(timeoutNanoseconds: left - 2_000_000) { _ in }
            wakeup.clear()
        }
    }
}

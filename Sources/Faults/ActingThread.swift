import LinuxSystem
import Measures
import Recording
import Synchronization

/// What a fault does at its edges where no kernel window can do it, on a thread of its own: begins at the window's start,
/// ends at its end, or when the lease does, or when told to.
final class ActingThread: Sendable {
    private struct State {
        var window: ActingWindow
        var leaseUntil: Int64
        var isCancelled = false
        var hasBegun = false
        var began: LocalSpan?
        var ended: LocalSpan?
        var failure: (any Error)?
    }

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
        state = Mutex(State(window: window, leaseUntil: leaseUntil))
        wakeup = try Wakeup()
        var started: PinnedThread? = try PinnedThread(name: name, realtimePriority: 50) { [self] in
            run(begin, end)
        }
        thread.withLock { swap(&$0, &started) }
    }

    var hasBegun: Bool { state.withLock { $0.hasBegun } }
    /// Stamps before and after what was done at the start, and at the end; nil until then.
    var began: LocalSpan? { state.withLock { $0.began } }
    var ended: LocalSpan? { state.withLock { $0.ended } }
    var failure: (any Error)? { state.withLock { $0.failure } }

    func move(to window: ActingWindow) {
        state.withLock { $0.window = window }
        wakeup.signal()
    }

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
        guard wait(until: { window, _ in window.start }) else { return }
        let isLeased = state.withLock { state in
            // A lease that has ended: somebody else has healed, and nothing may begin any more.
            state.hasBegun = state.leaseUntil > Clocks.monotonic() && !state.isCancelled
            return state.hasBegun
        }
        guard isLeased else { return }
        let began = attempt(begin)
        state.withLock { $0.began = began }
        _ = wait(until: { window, lease in min(window.end, lease) })
        let ended = attempt(end)
        state.withLock { $0.ended = ended }
    }

    /// Stamps before and after.
    private func attempt(_ body: () throws -> Void) -> LocalSpan {
        let before = Clocks.monotonic()
        do { try body() } catch { state.withLock { $0.failure = $0.failure ?? error } }
        return LocalSpan(from: before, to: Clocks.monotonic())
    }

    /// False when it was cancelled before. Looked at again whenever the lease or the window moves; the last two
    /// milliseconds are slept and spun, since a poller counts in milliseconds.
    private func wait(until instant: (ActingWindow, Int64) -> Int64) -> Bool {
        guard let poller = try? Poller(capacity: 1),
            (try? poller.add(wakeup.number, token: 0, .readable)) != nil
        else { return false }
        while true {
            let (due, isCancelled) = state.withLock { (instant($0.window, $0.leaseUntil), $0.isCancelled) }
            if isCancelled { return false }
            let left = due - Clocks.monotonic()
            if left <= 0 { return true }
            guard left > 2_000_000 else {
                Clocks.meet(monotonic: due)
                continue
            }
            _ = try? poller.wait(timeoutNanoseconds: left - 2_000_000) { _ in }
            wakeup.clear()
        }
    }
}

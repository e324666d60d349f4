import Faults
import LinuxSystem
import Measures
import Recording
import ReferenceTime
import Synchronization

/// Keeps the edges of a run's faults where they belong on the reference clock, on a thread of its own: probes the clock
/// densely before each one, sets it for good, and refuses a start whose bound is beyond the limit.
final class EdgeKeeper: Sendable {
    /// One fault's edges, and what moves them. `refuse`: it must not begin.
    struct Fault: Sendable {
        let id: String
        let start: Edge
        let end: Edge
        let move: @Sendable (ActingWindow) throws -> Void
        let refuse: @Sendable () throws -> Void
    }

    /// `beyond`: starts with a wider bound are refused; nil: none.
    struct Limit: Sendable {
        let refusesBeyond: Int64?
    }

    private struct State {
        var agenda = EdgeAgenda()
        var faults: [String: Fault] = [:]
        var windows: [String: ActingWindow] = [:]
        var isStopped = false
    }

    private let clock: SessionClock
    private let limit: Limit
    private let tell: @Sendable (String, Arming.Edge, ClockModel.Converted, Arming.State) -> Void
    private let state = Mutex(State())
    private let wakeup: Wakeup
    private let poller: Poller

    /// `tell` is called on the keeper's thread.
    init(
        clock: SessionClock,
        limit: Limit,
        tell: @escaping @Sendable (String, Arming.Edge, ClockModel.Converted, Arming.State) -> Void
    ) throws {
        self.clock = clock
        self.limit = limit
        self.tell = tell
        wakeup = try Wakeup()
        poller = try Poller(capacity: 1)
        try poller.add(wakeup.number, token: 0, .readable)
        // Not joined: it ends by itself after `stop`, and keeps this alive until then.
        _ = try PinnedThread(name: "edges", realtimePriority: 49) { self.run() }
    }

    func keep(_ fault: Fault, window: ActingWindow) {
        let now = clock.now(Clocks.monotonic())
        state.withLock { state in
            state.faults[fault.id] = fault
            state.windows[fault.id] = window
            for edge in Set([fault.start.reference, fault.end.reference]) {
                state.agenda.add(edge: edge, now: now)
            }
        }
        wakeup.signal()
    }

    /// Where the edges are set now, on this host's CLOCK_MONOTONIC.
    func window(of id: String) -> ActingWindow? { state.withLock { $0.windows[id] } }

    func stop() {
        state.withLock { $0.isStopped = true }
        wakeup.signal()
    }

    private func run() {
        while true {
            let now = clock.now(Clocks.monotonic())
            let (steps, next, isStopped) = state.withLock { state in
                (state.agenda.take(until: now), state.agenda.next, state.isStopped)
            }
            if isStopped { return }
            follow(now)
            for step in steps {
                switch step {
                case .burst: clock.burst()
                case .settle: settle(around: now)
                }
            }
            let wait = next.map { $0.at - clock.now(Clocks.monotonic()) } ?? 1_000_000_000
            // The offset moves while a long wait lasts, and the poller counts in milliseconds.
            if wait > 2_000_000 {
                _ = try? poller.wait(timeoutNanoseconds: min(wait - 1_000_000, 1_000_000_000)) { _ in }
                wakeup.clear()
            } else if wait > 0 {
                Clocks.sleepUntil(monotonic: Clocks.monotonic() + wait)
            }
        }
    }

    /// Nanoseconds that an edge ahead may lie beside its place before it is moved there: an hour of drift must not eat up
    /// the time that is kept for setting it for good.
    private static let strayed: Int64 = 500_000

    /// Moves what is far ahead along with the clocks' drift.
    private func follow(_ now: Int64) {
        guard let model = clock.model else { return }
        let (faults, windows) = state.withLock { ($0.faults, $0.windows) }
        for fault in faults.values {
            guard let window = windows[fault.id] else { continue }
            let ahead = [fault.start, fault.end].filter { $0.reference > now + 2 * EdgeAgenda.settleLead }
            let strayed = ahead.contains { edge in
                let armed = edge == fault.start ? window.start : window.end
                return abs(edge.armed(by: model).local - armed) > Self.strayed
            }
            if strayed { move(fault, model) }
        }
    }

    /// Sets the edges that come within the next moment of the reference clock.
    private func settle(around now: Int64) {
        guard let model = clock.model else { return }
        let faults = state.withLock { Array($0.faults.values) }.sorted { $0.id < $1.id }
        for fault in faults {
            if isNear(fault.start, now) {
                settleStart(of: fault, model)
            } else if isNear(fault.end, now) {
                move(fault, model)
                tell(fault.id, .end, fault.end.armed(by: model).interval, .settled)
            }
        }
    }

    private func settleStart(of fault: Fault, _ model: ClockModel) {
        let start = fault.start.armed(by: model)
        if let most = limit.refusesBeyond, start.interval.bound > most {
            tell(fault.id, .start, start.interval, .refused)
            try? fault.refuse()
            state.withLock { _ = $0.faults.removeValue(forKey: fault.id) }
        } else {
            move(fault, model)
            tell(fault.id, .start, start.interval, .settled)
        }
    }

    /// What cannot be moved stays armed where it was, which is as true, only wider; reading back tells what is wrong.
    private func move(_ fault: Fault, _ model: ClockModel) {
        let window = ActingWindow(
            start: fault.start.armed(by: model).local,
            end: max(fault.start.armed(by: model).local, fault.end.armed(by: model).local)
        )
        guard (try? fault.move(window)) != nil else { return }
        state.withLock { state in
            let now = Clocks.monotonic()
            let before = state.windows[fault.id] ?? window
            // An edge that has passed is where it was.
            state.windows[fault.id] = ActingWindow(
                start: before.start <= now ? before.start : window.start,
                end: window.end
            )
        }
    }

    private func isNear(_ edge: Edge, _ now: Int64) -> Bool {
        (now...now + 2 * EdgeAgenda.settleLead).contains(edge.reference)
    }
}

import Faults
import LinuxSystem
import Measures
import Recording
import ReferenceTime
import Synchronization

/// Keeps the edges of a run's faults where they belong on the reference clock, on a thread of its own: probes the clock
/// densely before each one, sets it for good, and refuses a start whose bound is beyond the limit.
final class EdgeKeeper: Sendable {
    /// One fault's edges, and what moves them. `disarm`: it must not begin; quick, since others wait. What remains to be
    /// healed is for whoever is told.
    struct Fault: Sendable {
        let id: String
        let start: Edge
        let end: Edge
        let move: @Sendable (ActingWindow) throws -> Void
        let disarm: @Sendable () throws -> Void
    }

    private struct State {
        var agenda = EdgeAgenda()
        var faults: [String: Fault] = [:]
        var windows: [String: ActingWindow] = [:]
        /// Edges that were set for good.
        var settled: Set<Settled> = []
        var isStopped = false
    }

    private struct Settled: Hashable {
        let fault: String
        let edge: Arming.Edge
    }

    private let clock: SessionClock
    /// Nanoseconds: a start with a wider bound is refused; nil: none is.
    let refusesBeyond: Int64?
    private let record: @Sendable (ClockReading, Int64) -> Void
    private let tell: @Sendable (String, Arming.Edge, ClockModel.Converted, Arming.State) -> Void
    private let state = Mutex(State())
    private let wakeup: Wakeup
    private let steps: RealtimeSteps
    private let poller: Poller
    private let stepped: @Sendable () -> Void

    /// `stepped` is called when CLOCK_REALTIME was set: the kernel's windows follow it. `record` gets what the clock is known
    /// to show after an edge, and when that was (CLOCK_MONOTONIC). All are called on the keeper's thread.
    init(
        clock: SessionClock,
        refusesBeyond: Int64?,
        stepped: @escaping @Sendable () -> Void = {},
        record: @escaping @Sendable (ClockReading, Int64) -> Void,
        tell: @escaping @Sendable (String, Arming.Edge, ClockModel.Converted, Arming.State) -> Void
    ) throws {
        self.clock = clock
        self.refusesBeyond = refusesBeyond
        self.record = record
        self.tell = tell
        self.stepped = stepped
        wakeup = try Wakeup()
        steps = try RealtimeSteps()
        poller = try Poller(capacity: 2)
        try poller.add(wakeup.number, token: 0, .readable)
        try poller.add(steps.number, token: 1, .readable)
        // Not joined: it ends by itself after `stop`, and keeps this alive until then.
        _ = try PinnedThread(name: "edges", realtimePriority: 49) { self.run() }
    }

    func keep(_ fault: Fault, window: ActingWindow) {
        let now = clock.now(Clocks.monotonic()) ?? .min
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
            if state.withLock({ $0.isStopped }) { return }
            if steps.clear() { stepped() }
            guard let now = clock.now(Clocks.monotonic()) else {
                // Nothing is known of the reference, since it was replaced or this host was suspended: what is due waits.
                pause(20_000_000)
                continue
            }
            let (steps, next) = state.withLock { ($0.agenda.take(until: now), $0.agenda.next) }
            follow(now)
            for step in steps {
                switch step {
                case .burst: clock.burst()
                case .settle: settle(around: now)
                case .read: record(clock.recorded(), Clocks.monotonic())
                }
            }
            let after = clock.now(Clocks.monotonic()) ?? now
            // The offset moves while a long wait lasts.
            pause(min(next.map { $0.at - after } ?? 1_000_000_000, 1_000_000_000))
        }
    }

    /// The poller counts in milliseconds.
    private func pause(_ wait: Int64) {
        if wait > 2_000_000 {
            _ = try? poller.wait(timeoutNanoseconds: wait - 1_000_000) { _ in }
            wakeup.clear()
        } else if wait > 0 {
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + wait)
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

    /// Sets the edges that come within the next moment of the reference clock, each once; what is refused first of all.
    private func settle(around now: Int64) {
        guard let model = clock.model else { return }
        let (faults, settled) = state.withLock { ($0.faults.values.sorted { $0.id < $1.id }, $0.settled) }
        let starting = faults.filter {
            isNear($0.start, now) && !settled.contains(Settled(fault: $0.id, edge: .start))
        }
        let refused = starting.filter { fault in
            refusesBeyond.map { fault.start.armed(by: model).interval.bound > $0 } ?? false
        }
        for fault in refused {
            try? fault.disarm()
            state.withLock { _ = $0.faults.removeValue(forKey: fault.id) }
        }
        for fault in refused { tell(fault.id, .start, fault.start.armed(by: model).interval, .refused) }
        let others = faults.filter { fault in !refused.contains { $0.id == fault.id } }
        for fault in others {
            let edges = [(Arming.Edge.start, fault.start), (.end, fault.end)].filter { name, edge in
                isNear(edge, now) && !settled.contains(Settled(fault: fault.id, edge: name))
            }
            if !edges.isEmpty { move(fault, model) }
            for (name, edge) in edges {
                state.withLock { _ = $0.settled.insert(Settled(fault: fault.id, edge: name)) }
                tell(fault.id, name, edge.armed(by: model).interval, .settled)
            }
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

package import Measures

/// What a fault's window shows beyond its recovery (guides: slo 5.6), from its start to the next fault's or the run's end.
package struct Aftermath: Sendable, Equatable {
    /// The end of the window.
    package let until: Instant
    /// Of bad requests in the window: how many bursts, the longest, and how far they widen the count.
    package let bursts: BurstSummary
    /// From the fault's start until all was good again; without an impact, while the fault acted.
    package let untilRecovered: Affected
    /// Sum of the seconds that were good but slower than the latency targets allow, until the latency was that of the
    /// baseline again or the window ended; nil without a latency target.
    package let degraded: Duration?
    /// nil without a baseline to compare with.
    package let baseline: BaselineReturn?

    package init(
        until: Instant,
        bursts: BurstSummary,
        untilRecovered: Affected,
        degraded: Duration? = nil,
        baseline: BaselineReturn? = nil
    ) {
        self.until = until
        self.bursts = bursts
        self.untilRecovered = untilRecovered
        self.degraded = degraded
        self.baseline = baseline
    }

    /// Requests of a stretch of time, and slices of a second counted from its start; the last may be shorter. A slice is
    /// bad when it holds a bad request, and one without a request is none.
    package struct Affected: Sendable, Equatable {
        package let due: Int
        package let good: Int
        package let slices: Int
        package let badSlices: Int

        package init(due: Int, good: Int, slices: Int, badSlices: Int) {
            self.due = due
            self.good = good
            self.slices = slices
            self.badSlices = badSlices
        }
    }
}

/// When latency was that of the baseline again: the first instant from which the p99 stays at or below a level for 30 s, or
/// until the window's end but at least 5 s. Latency may lag success by minutes (caches, backlogs).
package struct BaselineReturn: Sendable, Equatable {
    /// The baseline's p99 and a tenth more, or the upper end of its 95 % interval, whichever is higher.
    package let level: Duration
    /// Since the fault's start; the true value is above it when `censored`. Zero: it never left.
    package let after: Duration
    /// For how long it was seen to stay.
    package let held: Duration
    package let censored: Bool

    package init(level: Duration, after: Duration, held: Duration, censored: Bool) {
        self.level = level
        self.after = after
        self.held = held
        self.censored = censored
    }

    package static let longestHold: Duration = .seconds(30)
    package static let shortestHold: Duration = .seconds(5)
}

extension BaselineReturn {
    /// Of several loads the one that took longest; one that had not returned by the window's end is longer than any.
    static func latest(
        of loads: [BaselineLatency],
        from start: Instant,
        recovery: Recovery,
        until: Instant
    ) -> BaselineReturn? {
        let recovered = recovery.censored ? until : start + (recovery.timeToRecover ?? .zero)
        let all = loads.compactMap { $0.returned(from: start, notBefore: recovered, until: until) }
        return all.max { ($0.censored ? 1 : 0, $0.after) < ($1.censored ? 1 : 0, $1.after) }
    }
}

extension Aftermath {
    /// - Parameters:
    ///   - marks: of all loads; sorted.
    ///   - end: of the fault itself.
    init(
        in marks: MarkLog,
        of window: FaultWindows.Window,
        faultEnd end: Instant,
        degraded: Duration?,
        baseline: BaselineReturn?
    ) {
        let (start, until) = (window.start, window.until)
        let recovery = window.recovery
        let recovered = recovery.timeToRecover.map { recovery.censored ? until : start + $0 }
        let close = min(until, max(start, recovered ?? end))
        var bursts = BurstCounter()
        var slices = SliceCounter(from: start)
        if window.inherited > 0 {
            bursts.add(good: false, count: window.inherited)
            slices.add(Mark(at: start, good: false, count: window.inherited))
        }
        marks.forEach(from: start, to: until, without: window.leaving) { mark in
            bursts.add(mark)
            if mark.at < close { slices.add(mark) }
        }
        self.init(
            until: until,
            bursts: bursts.summary,
            untilRecovered: slices.affected,
            degraded: degraded,
            baseline: baseline
        )
    }
}

/// Counts marks that come in order, in slices of a second.
private struct SliceCounter {
    private let start: Instant
    private var due = 0
    private var good = 0
    private var slices = 0
    private var badSlices = 0
    private var current: Int64 = -1
    private var isBad = false

    init(from start: Instant) {
        self.start = start
    }

    mutating func add(_ mark: Mark) {
        let index = (mark.at - start).nanoseconds / 1_000_000_000
        if index != current {
            (current, isBad) = (index, false)
            slices += 1
        }
        due += mark.count
        if mark.good {
            good += mark.count
        } else if !isBad {
            isBad = true
            badSlices += 1
        }
    }

    var affected: Aftermath.Affected {
        Aftermath.Affected(due: due, good: good, slices: slices, badSlices: badSlices)
    }
}

import Measures
package import Plan

/// What a latency target asks of each second: at least this share of the requests is answered well within a threshold.
package struct SpeedRule: Sendable, Equatable {
    package let threshold: Duration
    /// 0 to 1.
    package let share: Double
    /// nil: of all loads together.
    package let load: String?

    package init(threshold: Duration, share: Double, load: String? = nil) {
        self.threshold = threshold
        self.share = share
        self.load = load
    }

    /// The targets that hold while nothing is wrong: those of the baseline, of recovery or of the whole run. One that is
    /// made for a fault's phase allows what the fault does.
    package static func rules(of targets: TargetsPlan) -> [SpeedRule] {
        targets.latency.filter { [nil, "baseline", "recovery"].contains($0.phase) }.map { target in
            switch target.claim {
            case .quantile(let quantile, let below):
                SpeedRule(threshold: below, share: quantile.double, load: target.load)
            case .shareUnder(let threshold, let share):
                SpeedRule(threshold: threshold, share: share.double, load: target.load)
            }
        }
    }

    /// Seconds, counted from the window's start, in which every request was good and yet too few of them fast.
    ///
    /// - Parameter index: of the threshold among those that the marks watch.
    func slowSeconds(in marks: MarkLog, threshold index: Int, from start: Instant, to end: Instant) -> Set<
        Int64
    > {
        var slow: Set<Int64> = []
        var second: Int64 = -1
        var due = 0
        var fast = 0
        var isBad = false
        func close() {
            // A part of a request is none: one slow request of a hundred is within 99 %.
            let allowed = Double(due) * (1 - share) + 1e-9
            if due > 0, !isBad, Double(due - fast) > allowed { slow.insert(second) }
        }
        marks.forEach(from: start, to: end) { mark in
            let current = (mark.at - start).nanoseconds / 1_000_000_000
            if current != second {
                close()
                (second, due, fast, isBad) = (current, 0, 0, false)
            }
            due += mark.count
            if mark.within & (1 << UInt8(index)) != 0 { fast += mark.count }
            if !mark.good { isBad = true }
        }
        close()
        return slow
    }
}

import Measures
import Schedule
import Statistics
package import Timeline

/// The requests that one target speaks of: of one load or all, in the phases of one name or the whole run.
package struct Sample: Sendable {
    package let tally: Tally
    /// Of bad requests, or of slow ones when a threshold is given.
    package let bursts: BurstSummary
    /// Slices of one second that lie wholly inside, one list for each stretch of time without a gap.
    package let stretches: [[Slice]]
    /// How long the stretches last together.
    package let length: Duration

    package var due: Int { tally.due }
    package var bad: Int { tally.due - tally.good }

    /// nil: the run has no such load, or did not reach such a phase.
    ///
    /// - Parameters:
    ///   - load: nil: all loads together.
    ///   - threshold: bursts are those of requests not answered well within it, where they were watched.
    ///   - phase: "baseline", a fault's name or id, "recovery"; nil: the whole run.
    package init?(of timeline: Timeline, load: String?, phase: String?, threshold: Duration? = nil) {
        let loads = timeline.loads(named: load)
        guard !loads.isEmpty else { return nil }
        let alone = loads.count == 1 ? loads.first : nil
        let slow = threshold.flatMap { (alone?.slowBursts ?? timeline.slowTogether)[$0] }
        guard let phase else {
            var tally = Tally()
            for load in loads { tally.merge(load.total) }
            self.tally = tally
            self.bursts = (slow?.total ?? alone?.bursts ?? timeline.together.total)
                .corrected(in: tally, within: slow == nil ? nil : threshold)
            self.stretches = [Self.slices(of: loads, from: .zero, to: timeline.end)]
            self.length = timeline.end.sinceZero
            return
        }
        let indices = timeline.phases.indices.filter { timeline.phases[$0].isNamed(phase) }
        guard !indices.isEmpty else { return nil }
        var tally = Tally()
        for load in loads {
            for index in indices where index < load.byPhase.count { tally.merge(load.byPhase[index]) }
        }
        let summaries = slow?.byPhase ?? alone?.burstsByPhase ?? timeline.together.byPhase
        self.tally = tally
        let pooled = Self.pooled(
            indices.filter { $0 < summaries.count }.map { index in
                (
                    summaries[index],
                    loads.reduce(0) {
                        $0 + $1.badCount(inPhase: index, within: slow == nil ? nil : threshold)
                    }
                )
            }
        )
        self.bursts = pooled.corrected(in: tally, within: slow == nil ? nil : threshold)
        self.stretches = indices.map {
            Self.slices(of: loads, from: timeline.phases[$0].start, to: timeline.phases[$0].end)
        }
        self.length = indices.reduce(.zero) { $0 + (timeline.phases[$1].end - timeline.phases[$1].start) }
    }

    /// Slices of about this length that hold a request, and how many of them are bad. Lengths are whole seconds, rounded
    /// up. What is left over at the ends of stretches is not counted, but if that is bad it counts as one bad slice: no
    /// failure may be lost between slices.
    ///
    /// - Parameter isBad: of a slice with so many requests, so many of them bad.
    package func slices(
        of length: Duration,
        isBad: (_ due: Int, _ bad: Int) -> Bool = { $1 > 0 }
    ) -> (all: Int, bad: Int, length: Duration) {
        let width = max(1, length.secondsUp)
        var all = 0
        var bad = 0
        var rest = (due: due, bad: self.bad)
        for stretch in stretches {
            var first = 0
            while first + width <= stretch.count {
                let group = stretch[first..<first + width]
                let due = group.reduce(0) { $0 + $1.due }
                let failed = group.reduce(0) { $0 + $1.due - $1.good }
                if due > 0 {
                    all += 1
                    if isBad(due, failed) { bad += 1 }
                }
                rest = (rest.due - due, rest.bad - failed)
                first += width
            }
        }
        let left = rest.bad > 0 && isBad(max(rest.due, rest.bad), rest.bad) ? 1 : 0
        return (all + left, bad + left, .seconds(width))
    }

    /// VIF = Σ length² / Σ length over all parts, where a part's Σ length² is its VIF × its bad requests.
    private static func pooled(_ parts: [(summary: BurstSummary, bad: Int)]) -> BurstSummary {
        let bad = parts.reduce(0.0) { $0 + Double($1.bad) }
        let squares = parts.reduce(0.0) { $0 + $1.summary.varianceInflation * Double($1.bad) }
        return BurstSummary(
            count: parts.reduce(0) { $0 + $1.summary.count },
            longest: parts.map(\.summary.longest).max() ?? 0,
            varianceInflation: bad > 0 ? max(1, squares / bad) : 1
        )
    }

    private static func slices(of loads: [LoadTimeline], from start: Instant, to end: Instant) -> [Slice] {
        let second: Int64 = 1_000_000_000
        var index = (max(0, start.nanoseconds) + second - 1) / second
        var merged: [Slice] = []
        while (index + 1) * second <= end.nanoseconds {
            var slice = Slice(start: Instant(nanoseconds: index * second), due: 0, good: 0)
            for load in loads where index < Int64(load.slices.count) {
                slice.due += load.slices[Int(index)].due
                slice.good += load.slices[Int(index)].good
            }
            merged.append(slice)
            index += 1
        }
        return merged
    }
}

extension BurstSummary {
    /// For what was bad, or was not answered well within a threshold, among all.
    fileprivate func corrected(in tally: Tally, within threshold: Duration?) -> BurstSummary {
        guard tally.due > 0 else { return self }
        let good = threshold.map { tally.served.count(atMost: $0) } ?? tally.good
        let share = Double(good) / Double(tally.due)
        return BurstSummary(
            count: count,
            longest: longest,
            varianceInflation: Bursts.inflation(varianceInflation, goodShare: share)
        )
    }
}

extension LoadTimeline {
    /// Bad requests, or those not answered well within a threshold.
    fileprivate func badCount(inPhase index: Int, within threshold: Duration?) -> Int {
        guard index < byPhase.count else { return 0 }
        let tally = byPhase[index]
        return tally.due - (threshold.map { tally.served.count(atMost: $0) } ?? tally.good)
    }
}

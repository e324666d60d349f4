package import Measures

extension Recovery {
    /// Measured in the marks of a window.
    ///
    /// - Parameters:
    ///   - start: f, when the fault began.
    ///   - end: when the next fault began, or the run ended.
    ///   - marks: of all loads; sorted.
    package init(in marks: MarkLog, from start: Instant, to end: Instant, steady rule: SteadyRule) {
        var due = 0
        var bad = 0
        var firstBad: Instant?
        var bursts = BurstCounter()
        var finder = OutageFinder(rule)
        marks.forEach(from: start, to: end) { mark in
            due += mark.count
            if !mark.good {
                bad += mark.count
                firstBad = firstBad ?? mark.at
            }
            bursts.add(mark)
            finder.add(mark)
        }
        let found = finder.finish(at: end)
        var outage: Duration = .zero
        var lost: Duration = .zero
        for one in found.outages {
            let length = (one.end ?? found.unprovenGood ?? end) - one.start
            outage += length
            lost += Duration(
                nanoseconds: Int64(length.seconds * 1e9 * Double(one.bad) / Double(max(1, one.due)))
            )
        }
        let last = found.outages.last
        self.init(
            due: due,
            bad: bad,
            timeToImpact: firstBad.map { $0 - start },
            outage: outage,
            // Censored: good again from there on, if it had stayed so; else at least until the window's end.
            timeToRecover: last.map { ($0.end ?? found.unprovenGood ?? end) - start },
            censored: last.map { $0.end == nil } ?? false,
            longestBurst: bursts.summary.longest,
            lostTime: lost
        )
    }
}

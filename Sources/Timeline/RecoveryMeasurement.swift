package import Measures

extension Recovery {
    /// Measured in the marks of a window.
    ///
    /// - Parameters:
    ///   - start: f, when the fault began.
    ///   - end: when the next fault began, or the run ended.
    ///   - marks: of all loads; sorted.
    ///   - inherited: bad requests that were due before the fault and under way when it began; they count as due at its start.
    ///   - leaving: when those were due that are the next fault's to inherit, and are left out here.
    package init(
        in marks: MarkLog,
        from start: Instant,
        to end: Instant,
        steady rule: SteadyRule,
        inherited: Int = 0,
        leaving: [Instant] = []
    ) {
        var due = 0
        var bad = 0
        var firstBad: Instant?
        var bursts = BurstCounter()
        var finder = OutageFinder(rule)
        func add(_ mark: Mark) {
            due += mark.count
            if !mark.good {
                bad += mark.count
                firstBad = firstBad ?? mark.at
            }
            bursts.add(mark)
            finder.add(mark)
        }
        if inherited > 0 { add(Mark(at: start, good: false, count: inherited)) }
        marks.forEach(from: start, to: end, without: leaving, add)
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

extension MarkLog {
    /// Every mark of the window but one bad one at each of these instants.
    func forEach(from start: Instant, to end: Instant, without left: [Instant], _ body: (Mark) -> Void) {
        guard !left.isEmpty else { return forEach(from: start, to: end, body) }
        var counts: [Instant: Int] = [:]
        for instant in left { counts[place(of: instant), default: 0] += 1 }
        forEach(from: start, to: end) { mark in
            guard !mark.good, let left = counts[mark.at], left > 0 else { return body(mark) }
            counts[mark.at] = max(0, left - mark.count)
            guard mark.count > left else { return }
            body(Mark(at: mark.at, good: false, within: mark.within, count: mark.count - left))
        }
    }
}

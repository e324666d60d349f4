import Measures

/// The windows of a run's faults, each from its start to the next one's, and what of the requests is whose.
struct FaultWindows {
    /// Of all loads; sorted.
    let marks: MarkLog
    let underWay: [RequestsUnderWay]
    let rule: SteadyRule
    let end: Instant

    struct Window {
        let start: Instant
        let until: Instant
        let inherited: Int
        let leaving: [Instant]
        let recovery: Recovery
    }

    /// - Parameters:
    ///   - previous: when the fault before it began; nil: it is the first.
    ///   - next: when the next fault began; nil: it is the last.
    func window(from start: Instant, previous: Instant?, next: Instant?) -> Window {
        let until = max(start, min(next ?? end, end))
        let inherited = self.inherited(by: start, previous: previous)
        let leaving = next.map { self.leaving(start, for: $0) } ?? []
        return Window(
            start: start,
            until: until,
            inherited: inherited,
            leaving: leaving,
            recovery: Recovery(
                in: marks,
                from: start,
                to: until,
                steady: rule,
                inherited: inherited,
                leaving: leaving
            )
        )
    }

    /// What this fault found under way and broke.
    private func inherited(by start: Instant, previous: Instant?) -> Int {
        guard start < end else { return 0 }
        guard let previous else {
            return underWay.reduce(0) { $0 + $1.due(before: start, notBefore: nil).count }
        }
        return leaving(previous, for: start).count
    }

    /// Of the requests of the window that begins at `start` those that the next fault broke: what was due after all had
    /// become good again. Requests of an outage that still lasted are that outage's.
    private func leaving(_ start: Instant, for next: Instant) -> [Instant] {
        let found = underWay.flatMap { $0.due(before: next, notBefore: start) }
        guard !found.isEmpty else { return [] }
        let without = Recovery(in: marks, from: start, to: next, steady: rule, leaving: found)
        guard let time = without.timeToRecover else { return found }
        let isOpen = without.censored && start + time >= next
        return isOpen ? [] : found.filter { $0 >= start + time }
    }
}

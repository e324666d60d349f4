/// What became of things that were handed over, each unique: elements of a set, messages, rows. By what was acknowledged and
/// what was found in the end, after the last repair.
package struct SetCheck: Sendable, Equatable {
    package let acknowledged: Int
    /// Acknowledged and not found: what a user was promised and does not have. Sorted, as all of these.
    package let lost: [Int64]
    /// Found though nobody tried it, or though it certainly failed.
    package let unexpected: [Int64]
    /// Found more than once.
    package let duplicated: [Int64]
    /// Found, and not known to have succeeded.
    package let recovered: [Int64]

    /// Of the lines of a history. What was acknowledged when others looked already need not have been there for them: its
    /// outcome is unknown.
    ///
    /// - Parameter bound: how far the clients' clocks may be apart, nanoseconds either way.
    package init(_ entries: [HistoryEntry], clockBound bound: Int64 = 0) {
        let found = entries.filter { $0.verb == .found }
        let looked = found.filter { $0.value == nil }.map {
            $0.start.subtractingReportingOverflow($0.doubt(beside: bound))
        }.map { $0.overflow ? .min : $0.partialValue }.min()
        let attempts = entries.filter { $0.verb == .add }.map { entry in
            let (end, isNever) = entry.end.addingReportingOverflow(entry.doubt(beside: bound))
            let isTooLate = looked.map { isNever || end > $0 } ?? false
            return (
                value: entry.value ?? 0,
                outcome: entry.outcome == .ok && isTooLate ? InvocationOutcome.unknown : entry.outcome
            )
        }
        self.init(attempts: attempts, found: found.compactMap(\.value))
    }

    package init(
        attempts: some Sequence<(value: Int64, outcome: InvocationOutcome)>,
        found: some Sequence<Int64>
    ) {
        var acknowledged: Set<Int64> = []
        var possible: Set<Int64> = []
        for attempt in attempts {
            switch attempt.outcome {
            case .ok: acknowledged.insert(attempt.value)
            case .unknown: possible.insert(attempt.value)
            case .failed: continue
            }
        }
        var seen: Set<Int64> = []
        var again: Set<Int64> = []
        for value in found where !seen.insert(value).inserted { again.insert(value) }
        self.acknowledged = acknowledged.count
        lost = acknowledged.subtracting(seen).sorted()
        unexpected = seen.subtracting(acknowledged).subtracting(possible).sorted()
        duplicated = again.sorted()
        recovered = seen.intersection(possible).subtracting(acknowledged).sorted()
    }
}

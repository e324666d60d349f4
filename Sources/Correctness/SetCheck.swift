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

    package init(
        attempts: some Sequence<(value: Int64, outcome: Invocation<Int64>.Outcome)>,
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

/// Runs of consecutive bad requests, in marks that are added in order.
///
/// VIF = sum(length²) / sum(length): how much wider than independent failures the count of bad ones scatters (guides:
/// slo 3.3; for bursts of any law E[L²] / E[L]). At least 1.
package struct BurstCounter: Sendable {
    private var current = 0
    private var count = 0
    private var longest = 0
    private var bad = 0.0
    private var squares = 0.0

    package init() {}

    package mutating func add(_ mark: Mark) {
        add(good: mark.good, count: mark.count)
    }

    package mutating func add(good: Bool, count: Int) {
        if good { close() } else { current += count }
    }

    package var summary: BurstSummary {
        var closed = self
        closed.close()
        return BurstSummary(
            count: closed.count,
            longest: closed.longest,
            varianceInflation: closed.bad > 0 ? max(1, closed.squares / closed.bad) : 1
        )
    }

    private mutating func close() {
        guard current > 0 else { return }
        count += 1
        longest = max(longest, current)
        bad += Double(current)
        squares += Double(current) * Double(current)
        current = 0
    }
}

import Glibc

/// By how much one set of times is greater than another, without an assumption on how they are distributed: the median of all
/// pairs' differences after - before (Hodges and Lehmann), and the interval that the rank sum test (Mann and Whitney, 1947)
/// does not refuse: from the C-th smallest to the C-th greatest of them, where P(U ≤ C - 1) ≤ α/2 (Hollander and Wolfe,
/// Nonparametric Statistical Methods, section 4.3). Exact for values without ties, else on the safe side.
package struct RankShift: Sendable, Equatable {
    package let point: Double
    /// nil: too few values for any (below four in each, at 95 %).
    package let interval: Interval?

    /// Beyond so many values of one set the first ones are taken: the count of orders grows with their fourth power.
    package static let most = 40

    /// nil: one is empty. Infinite values (a recovery that was not seen) are greater than all others.
    package init?(before: [Double], after: [Double], confidence: Double) {
        let (before, after) = (before.prefix(Self.most), after.prefix(Self.most))
        guard !before.isEmpty, !after.isEmpty else { return nil }
        // Of two infinite ones nobody knows which is greater.
        let pairs = after.flatMap { y in before.map { x in (low: Self.least(y, x), high: Self.most(y, x)) } }
        let low = pairs.map(\.low).sorted()
        let high = pairs.map(\.high).sorted()
        let count = pairs.count
        self.point = (low[(count - 1) / 2] + high[count / 2]) / 2
        let tail = Alpha.of(confidence) / 2
        let orders = Self.orders(before.count, after.count)
        let all = orders.reduce(0, +)
        var sum = 0.0
        var refused = 0
        while refused < orders.count, sum + orders[refused] <= tail * all {
            sum += orders[refused]
            refused += 1
        }
        interval =
            refused > 0 && refused <= count
            ? Interval(lower: low[refused - 1], upper: high[count - refused]) : nil
    }

    private static func least(_ y: Double, _ x: Double) -> Double {
        y.isInfinite && x.isInfinite ? -.infinity : y - x
    }

    private static func most(_ y: Double, _ x: Double) -> Double {
        y.isInfinite && x.isInfinite ? .infinity : y - x
    }

    /// In how many of all orders of m and n values U has each value 0…mn: the coefficients of the Gaussian binomial, by
    /// N(u; m, n) = N(u - n; m - 1, n) + N(u; m, n - 1).
    private static func orders(_ m: Int, _ n: Int) -> [Double] {
        var rows = Array(repeating: [1.0], count: n + 1)
        for first in 1...m {
            var next: [[Double]] = [[1.0]]
            for second in 1...n {
                var row = Array(repeating: 0.0, count: first * second + 1)
                for (u, value) in rows[second].enumerated() where u + second < row.count {
                    row[u + second] += value
                }
                for (u, value) in next[second - 1].enumerated() { row[u] += value }
                next.append(row)
            }
            rows = next
        }
        return rows[n]
    }
}

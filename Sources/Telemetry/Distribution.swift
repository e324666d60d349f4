/// Counts of times by upper limit, as Prometheus has them: fixed limits, so that distributions of hosts can be added.
package struct Distribution: Sendable, Equatable {
    /// Upper limits, seconds, ascending; what is above the last, or never ended, counts in +Inf alone.
    package static let limits = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
        30.0, 60.0,
    ]

    /// In each limit but not in the one before; the last is of +Inf.
    package private(set) var counts = [UInt64](repeating: 0, count: limits.count + 1)
    /// Seconds, of those that ended.
    package private(set) var sum = 0.0

    package init() {}

    package var count: UInt64 { counts.reduce(0, +) }

    /// - Parameter seconds: nil: it never ended.
    package mutating func record(seconds: Double?) {
        guard let seconds else { return counts[Self.limits.count] += 1 }
        var index = 0
        while index < Self.limits.count, seconds > Self.limits[index] { index += 1 }
        counts[index] += 1
        sum += max(0, seconds)
    }

    /// Each limit with the count at or below it, +Inf last.
    package var cumulative: [(limit: Double, count: UInt64)] {
        var total: UInt64 = 0
        return zip(Self.limits + [.infinity], counts).map { limit, count in
            total += count
            return (limit, total)
        }
    }
}

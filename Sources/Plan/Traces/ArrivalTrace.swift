import Measures

/// Arrivals as they were recorded elsewhere, or as somebody counted them. Replayed `speed` times as fast; what is due at
/// x in the trace is due at x / speed.
package struct ArrivalTrace: Sendable, Equatable, Codable {
    package enum Shape: Sendable, Equatable, Codable {
        /// Nanoseconds from the trace's start; ascending, none negative, never empty. Several may be equal.
        case instants([Int64])
        case counts(TraceCounts)
    }

    package let shape: Shape
    package let speed: ReplaySpeed
    /// Of the trace, before `speed`: it begins again so long after its start, at least as long as it is. nil: it is
    /// replayed once, and nothing is due after it.
    package let period: Duration?

    package init(shape: Shape, speed: ReplaySpeed = .asRecorded, period: Duration? = nil) {
        self.shape = shape
        self.speed = speed
        self.period = period
    }

    /// Of instants: 8 bytes of memory each.
    package static let mostInstants = 1_000_000
    /// From a trace's start to its last arrival, before `speed`.
    package static let longest = Duration.seconds(366 * 86_400)

    /// Arrivals of one pass; of counts with fractions their sum.
    package var count: Double {
        switch shape {
        case .instants(let instants): Double(instants.count)
        case .counts(let counts): counts.total
        }
    }

    /// From its start to its last arrival or the end of its last interval, nanoseconds of the trace.
    package var end: Int64 {
        switch shape {
        case .instants(let instants): instants.last ?? 0
        case .counts(let counts): counts.end
        }
    }

    /// How long a whole pass takes, replayed: up to the arrival that would come next, were there one more at the mean gap.
    package var replayedLength: Duration {
        switch shape {
        case .instants(let instants): Duration(nanoseconds: speed.replayed(end + Self.meanGap(instants)))
        case .counts: Duration(nanoseconds: speed.replayed(end))
        }
    }

    /// Nanoseconds of the trace; zero when all arrive at once.
    package static func meanGap(_ instants: [Int64]) -> Int64 {
        guard let first = instants.first, let last = instants.last, instants.count > 1 else { return 0 }
        return (last - first) / Int64(instants.count - 1)
    }

    /// Arrivals per second that may go on for long: of counts the highest rate, of instants the mean of those that repeat.
    var lastingPerSecond: Double {
        switch shape {
        case .counts(let counts):
            (counts.counts.max() ?? 0) * 1e9 / Double(max(1, counts.every.nanoseconds)) * speed.factor
        case .instants:
            period.map { count * 1e9 / Double(max(1, $0.nanoseconds)) * speed.factor } ?? 0
        }
    }

    /// Arrivals per second where there are most: of instants, those within one second.
    var highestPerSecond: Double {
        switch shape {
        case .counts: return lastingPerSecond
        case .instants(let instants):
            let second = speed.thousandths * 1_000_000
            var most = 0
            var first = 0
            for (index, instant) in instants.enumerated() {
                while instant - instants[first] >= second { first += 1 }
                most = max(most, index - first + 1)
            }
            return max(Double(most), lastingPerSecond)
        }
    }
}

/// Numbers of arrivals in intervals that follow each other. In each the rate is constant: an interval of n arrivals from
/// a on has them at a + j · every / n, j = 0 … n − 1. Of counts with fractions the k-th arrival is due when their sum
/// reaches k.
package struct TraceCounts: Sendable, Equatable, Codable {
    /// Nanoseconds from the trace's start to the first interval.
    package let start: Int64
    package let every: Duration
    /// To a millionth; none negative, one above zero.
    package let counts: [Double]

    package init(start: Int64 = 0, every: Duration, counts: [Double]) {
        self.start = start
        self.every = every
        self.counts = counts.map { ($0 * 1e6).rounded() / 1e6 }
    }

    package static let mostIntervals = 100_000

    package var total: Double { counts.reduce(0, +) }
    package var end: Int64 { start + every.nanoseconds * Int64(counts.count) }
}

/// How much faster than it was recorded a trace is replayed, exact to a thousandth.
package struct ReplaySpeed: Sendable, Equatable, Codable {
    /// From 1 to 1 000 000.
    package let thousandths: Int64

    package init(thousandths: Int64) {
        self.thousandths = thousandths
    }

    package static let asRecorded = ReplaySpeed(thousandths: 1000)

    package var factor: Double { Double(thousandths) / 1000 }

    /// Nanoseconds of the trace become nanoseconds of the run, rounded; what lies beyond 292 years lies there.
    @inlinable
    package func replayed(_ nanoseconds: Int64) -> Int64 {
        guard thousandths != 1000 else { return nanoseconds }
        let scaled = (Int128(nanoseconds) * 1000 + Int128(thousandths / 2)) / Int128(thousandths)
        return Int64(clamping: scaled)
    }

    /// "2", "0.5"
    package var text: String {
        DecimalText("\(thousandths / 1000).\(String(thousandths % 1000 + 1000).dropFirst())")?
            .exact.plainText ?? "\(factor)"
    }
}

import Measures

/// What a load's own host adds, whatever the target does: the same engine at about the load's rate against an echo on this
/// host's loopback, just before the run. Nothing below it can be told from the instrument.
package struct InstrumentFloor: Sendable, Codable, Equatable {
    package var load: String
    package var requests: Int
    /// Without an echo, or with one later than the load calls good.
    package var bad: Int
    package var perSecond: Double
    /// Response times from the intended start, by rising share of requests.
    package var quantiles: [Quantile]

    package init(load: String, requests: Int, bad: Int, perSecond: Double, quantiles: [Quantile]) {
        self.load = load
        self.requests = requests
        self.bad = bad
        self.perSecond = perSecond
        self.quantiles = quantiles
    }

    /// This share of the requests took at most so long.
    package struct Quantile: Sendable, Codable, Equatable {
        /// Above 0 to 1; 1: the longest.
        package var share: Double
        package var nanoseconds: Int64

        package init(share: Double, nanoseconds: Int64) {
            self.share = share
            self.nanoseconds = nanoseconds
        }
    }

    /// Shares that are kept.
    package static let shares = [0.5, 0.9, 0.99, 0.999, 1]

    /// What that share of requests does not exceed, by the next greater share that is kept; nil: nothing was measured.
    package func time(ofShare share: Double) -> Duration? {
        quantiles.first { $0.share >= share }.map { .nanoseconds($0.nanoseconds) }
    }

    /// The worst of both, for one load that several hosts send.
    package func merged(with other: InstrumentFloor) -> InstrumentFloor {
        var merged = self
        merged.requests += other.requests
        merged.bad += other.bad
        merged.perSecond += other.perSecond
        merged.quantiles = Self.shares.compactMap { share in
            let times = [time(ofShare: share), other.time(ofShare: share)].compactMap { $0 }
            return times.max().map { Quantile(share: share, nanoseconds: $0.nanoseconds) }
        }
        return merged
    }
}

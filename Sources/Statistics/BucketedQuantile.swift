package import Measures

/// Values known only to lie between two bounds, both inclusive: one bucket of a histogram.
package struct ValueBucket: Sendable, Equatable {
    package let lowest: Int
    package let highest: Int
    package let count: Int

    package init(lowest: Int, highest: Int, count: Int) {
        self.lowest = lowest
        self.highest = highest
        self.count = max(0, count)
    }
}

/// A quantile of a histogram with its interval. The bucket's width is added to the interval, not averaged away.
package struct BucketedQuantile: Sendable, Equatable {
    package let n: Int
    package let rank: Int
    package let lowerRank: Int?
    package let upperRank: Int?
    /// The bucket that holds the quantile.
    package let point: ValueBucket
    /// Lowest value of the lower rank's bucket; nil: no finite bound.
    package let lower: Int?
    /// Highest value of the upper rank's bucket; nil: no finite bound.
    package let upper: Int?

    /// Buckets in rising order. nil when they hold nothing, or more than Int can count.
    package init?(_ quantile: ExactDecimal, of buckets: [ValueBucket], confidence: Double) {
        var total = 0
        for bucket in buckets {
            let (sum, overflow) = total.addingReportingOverflow(bucket.count)
            guard !overflow else { return nil }
            total = sum
        }
        let rank = QuantileRank.point(quantile, of: total)
        let ranks = QuantileRank.interval(quantile, of: total, confidence: confidence)
        func bucket(ofRank rank: Int?) -> ValueBucket? {
            guard var left = rank else { return nil }
            for bucket in buckets {
                left -= bucket.count
                if left <= 0 { return bucket }
            }
            return nil
        }
        guard total > 0, let point = bucket(ofRank: rank) else { return nil }
        self.n = total
        self.rank = rank
        self.lowerRank = ranks.lower
        self.upperRank = ranks.upper
        self.point = point
        self.lower = bucket(ofRank: ranks.lower)?.lowest
        self.upper = bucket(ofRank: ranks.upper)?.highest
    }
}

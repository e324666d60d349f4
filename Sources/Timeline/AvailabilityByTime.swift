package import Measures

/// Up time of all time (guides: slo 2.1 "time-based"): down from an outage's first bad request to the first of the good
/// stretch that ended it, or to the end.
package enum AvailabilityByTime {
    /// nil when nothing was asked, since nobody knows then.
    ///
    /// - Parameters:
    ///   - outages: as `OutageFinder` gives them, without overlaps.
    ///   - stretches: of time, without overlaps; outages count as far as they lie within.
    package static func share(outages: [Outage], requests: Int, in stretches: [Range<Instant>]) -> Double? {
        let all = stretches.reduce(Int64(0)) { $0 + ($1.upperBound - $1.lowerBound).nanoseconds }
        guard requests > 0, all > 0 else { return nil }
        var down: Int64 = 0
        for stretch in stretches {
            for outage in outages {
                let start = max(outage.start, stretch.lowerBound)
                let end = min(outage.end ?? stretch.upperBound, stretch.upperBound)
                down += max(0, (end - start).nanoseconds)
            }
        }
        return 1 - Double(down) / Double(all)
    }
}

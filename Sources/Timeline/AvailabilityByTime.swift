package import Measures

/// Up time of all time (guides: slo 2.1 "time-based"): down from an outage's first bad request to the first of the good
/// stretch that ended it, or to the end.
package enum AvailabilityByTime {
    /// From time zero to `end`; nil when nothing was asked, since nobody knows then.
    ///
    /// - Parameter outages: as `OutageFinder` gives them, without overlaps.
    package static func share(outages: [Outage], requests: Int, until end: Instant) -> Double? {
        guard requests > 0, end > .zero else { return nil }
        let down = outages.reduce(into: Int64(0)) { $0 += (($1.end ?? end) - $1.start).nanoseconds }
        return 1 - Double(down) / Double(end.nanoseconds)
    }
}

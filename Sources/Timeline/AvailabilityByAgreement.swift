/// How the agreements of the large clouds count, on seconds that follow one another (guides: slo 2.2). Each is named by
/// what it counts; providers change their texts.
package enum AvailabilityByAgreement {
    /// Downtime where only whole minutes without any success count ("partial minutes do not count", Google Compute;
    /// "unavailable minutes", AWS EC2): of every stretch in which all requests failed its whole minutes, in seconds. A
    /// second without a request within such a stretch does not end it.
    package static func downtime(in seconds: some Sequence<Slice>) -> Int {
        var down = 0
        var length = 0
        var silent = 0
        for second in seconds {
            if second.due == 0 {
                silent += 1
            } else if second.good == 0 {
                // Silence before the first failure is not known to be down.
                length += length > 0 ? silent + 1 : 1
                silent = 0
            } else {
                down += length / 60 * 60
                (length, silent) = (0, 0)
            }
        }
        return down + length / 60 * 60
    }

    /// Whole minutes, and those in which more than a tenth of at least a hundred attempts failed (Google Cloud Functions).
    package static func minutes(in seconds: some Collection<Slice>) -> (all: Int, down: Int) {
        let minutes = periods(of: 60, in: seconds).filter { $0.seconds == 60 }
        return (minutes.count, minutes.count { $0.due >= 100 && ($0.due - $0.good) * 10 > $0.due })
    }

    /// Error rates of periods of five minutes, the last may be shorter; each weighs the same, whatever its traffic, and one
    /// without a request has none (AWS S3).
    package static func errorRates(in seconds: some Collection<Slice>) -> [Double] {
        periods(of: 300, in: seconds).map { $0.due > 0 ? Double($0.due - $0.good) / Double($0.due) : 0 }
    }

    private static func periods(
        of length: Int,
        in slices: some Collection<Slice>
    ) -> [(seconds: Int, due: Int, good: Int)] {
        var periods: [(seconds: Int, due: Int, good: Int)] = []
        for (index, slice) in slices.enumerated() {
            if index % length == 0 { periods.append((0, 0, 0)) }
            periods[periods.count - 1].seconds += 1
            periods[periods.count - 1].due += slice.due
            periods[periods.count - 1].good += slice.good
        }
        return periods
    }
}

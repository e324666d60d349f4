import Recording

/// One host's CLOCK_REALTIME over a run, from readings against its CLOCK_MONOTONIC: turns a capture's stamps into instants
/// of the clock that everything else on the host is stamped with. Pure.
///
/// Linux slews both clocks alike, so their difference stands still until REALTIME is stepped (clocks.md, section 8.1). When
/// that was within the second between two readings nobody knows: stamps from there have no instant.
struct WallClock {
    /// An instant of the host's CLOCK_MONOTONIC, and the half-width of the interval that certainly holds it. Nanoseconds.
    struct Moment: Equatable {
        var local: Int64
        var bound: Int64
    }

    /// Readings between which nothing was stepped.
    private struct Stretch {
        var readings: [RealtimeOffset]
        var start: Int64 { readings[0].real }
        var end: Int64 { readings[readings.count - 1].real }
    }

    /// A smaller step is no step, but a wider bound for its second.
    static let leastStep: Int64 = 1_000_000

    private var stretches: [Stretch] = []

    /// In any order.
    init(_ readings: [RealtimeOffset]) {
        for reading in readings.sorted(by: { $0.local < $1.local }) {
            if let last = stretches.last?.readings.last,
                abs(reading.offset &- last.offset) <= Self.leastStep + last.halfWidth + reading.halfWidth
            {
                stretches[stretches.count - 1].readings.append(reading)
            } else {
                stretches.append(Stretch(readings: [reading]))
            }
        }
    }

    var isEmpty: Bool { stretches.isEmpty }

    /// nil: without a reading, or stamped when the clock was stepped: in no stretch, or in two.
    func moment(realtime: Int64) -> Moment? {
        var found: Moment?
        for (index, stretch) in stretches.enumerated() {
            guard index == 0 || realtime >= stretch.start,
                index == stretches.count - 1 || realtime <= stretch.end
            else { continue }
            guard found == nil else { return nil }
            found = Self.moment(realtime, in: stretch.readings)
        }
        return found
    }

    /// Whether the clock was stepped between these two local instants, or may have been.
    func wasStepped(from: Int64, to: Int64) -> Bool {
        zip(stretches, stretches.dropFirst()).contains { before, after in
            let last = before.readings[before.readings.count - 1].local
            return from <= after.readings[0].local && to >= last
        }
    }

    /// Half-width of the instant of a stamp that was dated to this one.
    func bound(local: Int64) -> Int64 {
        guard let stretch = stretches.last(where: { $0.readings[0].local <= local }) ?? stretches.first else {
            return 0
        }
        let limits = Self.limits(of: stretch.readings) { $0.local <= local }
        return (limits.upperBound - limits.lowerBound + 1) / 2
    }

    private static func moment(_ realtime: Int64, in readings: [RealtimeOffset]) -> Moment {
        let limits = limits(of: readings) { $0.real <= realtime }
        let middle = limits.lowerBound + (limits.upperBound - limits.lowerBound) / 2
        return Moment(local: realtime &- middle, bound: limits.upperBound - middle)
    }

    /// Of the difference between the readings before and after a moment: what both allow; all that either does where they
    /// contradict one another, since then a small step lies between them.
    private static func limits(
        of readings: [RealtimeOffset],
        isBefore: (RealtimeOffset) -> Bool
    ) -> ClosedRange<Int64> {
        var low = 0
        var high = readings.count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(readings[middle]) { low = middle + 1 } else { high = middle }
        }
        let before = readings[max(0, low - 1)].limits
        let after = readings[min(readings.count - 1, low)].limits
        let least = max(before.lowerBound, after.lowerBound)
        let most = min(before.upperBound, after.upperBound)
        if least <= most { return least...most }
        return min(before.lowerBound, after.lowerBound)...max(before.upperBound, after.upperBound)
    }
}

extension RealtimeOffset {
    fileprivate var real: Int64 { local &+ offset }
    fileprivate var limits: ClosedRange<Int64> { (offset - max(0, halfWidth))...(offset + max(0, halfWidth)) }
}

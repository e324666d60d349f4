import Measures
import Recording

/// One host's clock readings.
struct ClockRecord {
    private var bounds: [Int64] = []
    private var last: (at: Instant, reading: ClockReading)?

    mutating func add(_ reading: ClockReading, at: Instant) {
        bounds.append(reading.boundNanoseconds)
        if let last, last.at > at { return }
        last = (at, reading)
    }

    /// `isBroken`: other hosts' clocks contradict it.
    func finish(host: String, isBroken: Bool) -> ClockSummary? {
        let sorted = bounds.sorted()
        guard let last, let worst = sorted.last else { return nil }
        return ClockSummary(
            host: host,
            lastOffset: Duration(nanoseconds: last.reading.offsetNanoseconds),
            worstBound: Duration(nanoseconds: worst),
            medianBound: Duration(nanoseconds: sorted[sorted.count / 2]),
            readings: sorted.count,
            state: isBroken ? "broken" : last.reading.state,
            wall: last.reading.wall,
            detail: last.reading.detail
        )
    }
}

package import ReferenceTime

/// An agent's clock against the reference, sampled about once a second.
package struct ClockReading: Sendable, Codable, Equatable {
    /// Reference clock − local clock, nanoseconds; positive: the reference is ahead.
    package var offsetNanoseconds: Int64
    /// Half-width of the proven interval.
    package var boundNanoseconds: Int64
    package var state: String
    package var exchanges: Int
    package var roundTripNanoseconds: Int64
    /// The interval as it was carried then: what dates events again. Nil before the first answer.
    package var model: ClockModel?
    /// CLOCK_REALTIME − CLOCK_MONOTONIC of the host, and the reading's half-width: what dates packets of a capture.
    package var realtime: RealtimeOffset?
    /// Nil before the first answer.
    package var detail: ClockDetail?
    package var wall: WallClockReading?

    package init(
        offsetNanoseconds: Int64,
        boundNanoseconds: Int64,
        state: String,
        exchanges: Int,
        roundTripNanoseconds: Int64,
        model: ClockModel? = nil,
        realtime: RealtimeOffset? = nil,
        detail: ClockDetail? = nil,
        wall: WallClockReading? = nil
    ) {
        self.offsetNanoseconds = offsetNanoseconds
        self.boundNanoseconds = boundNanoseconds
        self.state = state
        self.exchanges = exchanges
        self.roundTripNanoseconds = roundTripNanoseconds
        self.model = model
        self.realtime = realtime
        self.detail = detail
        self.wall = wall
    }
}

/// CLOCK_REALTIME − CLOCK_MONOTONIC of one host at one moment, nanoseconds.
package struct RealtimeOffset: Sendable, Codable, Equatable {
    /// CLOCK_MONOTONIC at which it was read.
    package var local: Int64
    package var offset: Int64
    /// Half-width of the interval that certainly held it, at least 1.
    package var halfWidth: Int64

    package init(local: Int64, offset: Int64, halfWidth: Int64) {
        self.local = local
        self.offset = offset
        self.halfWidth = halfWidth
    }
}

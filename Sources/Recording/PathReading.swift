package import ReferenceTime

/// A second of latency probes between this event's host and a peer, over the network that faults act on. The event's own
/// stamps are its beginning and its end.
package struct PathReading: Sendable, Codable, Equatable {
    package var peer: String
    package var sent: Int
    package var answered: Int
    /// Probes that are proven to have been lost on the way to the peer, and answers on the way back; of the rest that was
    /// not answered it is not known.
    package var lostOut: Int
    package var lostBack: Int
    /// Peer's receipt − this host's sending, by their own clocks: the way there plus the clocks' difference. Nil without an
    /// answer.
    package var out: Spread?
    /// This host's receipt − peer's sending: the way back less that difference.
    package var back: Spread?
    /// Limits of peer's − this host's clock that held for each answer; nil when they were not known.
    package var low: Int64?
    package var high: Int64?
    /// The same difference as it was carried when this was written; nil before the first exchange of clocks.
    package var model: ClockModel?

    /// Nanoseconds.
    package struct Spread: Sendable, Codable, Equatable {
        package var least: Int64
        package var median: Int64
        package var p99: Int64

        package init(least: Int64, median: Int64, p99: Int64) {
            self.least = least
            self.median = median
            self.p99 = p99
        }
    }

    package init(
        peer: String,
        sent: Int,
        answered: Int,
        lostOut: Int,
        lostBack: Int,
        out: Spread?,
        back: Spread?,
        low: Int64?,
        high: Int64?,
        model: ClockModel?
    ) {
        self.peer = peer
        self.sent = sent
        self.answered = answered
        self.lostOut = lostOut
        self.lostBack = lostBack
        self.out = out
        self.back = back
        self.low = low
        self.high = high
        self.model = model
    }
}

/// One probe and its answer: four stamps in nanoseconds, of two clocks.
package struct ClockExchange: Sendable, Hashable {
    /// T1, local: read not after the probe left.
    package var sent: Int64
    /// T2, reference: read not before the probe arrived.
    package var received: Int64
    /// T3, reference: read not after the answer left.
    package var answered: Int64
    /// T4, local: read not before the answer arrived.
    package var returned: Int64
    /// What the stamps may be wrong by: the clocks' resolution and the widths of clock maps; never negative.
    package var granularity: Int64

    /// MONOTONIC − MONOTONIC_RAW of the reference and of the local clock while the exchange was under way, nanoseconds, and
    /// the sum of both readings' half-widths; never negative. All 0 where nobody slews the clocks.
    package var referenceSlew: Int64
    package var localSlew: Int64
    package var slewHalfWidth: Int64

    package init(
        sent: Int64,
        received: Int64,
        answered: Int64,
        returned: Int64,
        granularity: Int64 = 1,
        referenceSlew: Int64 = 0,
        localSlew: Int64 = 0,
        slewHalfWidth: Int64 = 0
    ) {
        self.sent = sent
        self.received = received
        self.answered = answered
        self.returned = returned
        self.granularity = granularity
        self.referenceSlew = referenceSlew
        self.localSlew = localSlew
        self.slewHalfWidth = slewHalfWidth
    }

    /// RTT = (T4 − T1) − (T3 − T2): the way there and back, without the reference's turnaround.
    package var roundTrip: Int64 { (returned - sent) - (answered - received) }

    /// What a width in nanoseconds may be: up to 18 minutes.
    package static let widths: ClosedRange<Int64> = 0...(1 << 40)

    /// What an instant or an offset may be, so that no sum overflows: 73 years either way.
    static let reach: ClosedRange<Int64> = -(1 << 61)...(1 << 61)
    /// What a slew may be: 13 days either way.
    private static let slews: ClosedRange<Int64> = -(1 << 50)...(1 << 50)

    /// False for stamps that no pair of running clocks can give, or beyond what is counted with.
    package var isCausal: Bool {
        guard Self.reach.contains(sent), Self.reach.contains(received), Self.reach.contains(answered),
            Self.reach.contains(returned), Self.reach.contains(received - sent),
            Self.reach.contains(answered - returned), Self.slews.contains(referenceSlew),
            Self.slews.contains(localSlew), Self.widths.contains(granularity),
            Self.widths.contains(slewHalfWidth)
        else { return false }
        return returned >= sent && answered >= received && roundTrip >= -granularity
    }
}

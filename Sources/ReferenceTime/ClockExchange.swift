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

    package init(sent: Int64, received: Int64, answered: Int64, returned: Int64, granularity: Int64 = 1) {
        self.sent = sent
        self.received = received
        self.answered = answered
        self.returned = returned
        self.granularity = granularity
    }

    /// RTT = (T4 − T1) − (T3 − T2): the way there and back, without the reference's turnaround.
    package var roundTrip: Int64 { (returned - sent) - (answered - received) }

    /// False for stamps that no pair of running clocks can give. Within ±146 years, so that no difference overflows.
    package var isCausal: Bool {
        let reach: ClosedRange<Int64> = -(1 << 61)...(1 << 61)
        guard reach.contains(sent), reach.contains(received), reach.contains(answered),
            reach.contains(returned),
            (0...(1 << 40)).contains(granularity)
        else { return false }
        return returned >= sent && answered >= received && roundTrip >= -granularity
    }
}

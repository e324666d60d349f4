package import LinuxSystem
package import ReferenceTime

/// The probes that are under way and what is known of each, in whatever order it comes: the stamp of its departure, its
/// answer, the follow-up. Pure, and of constant size.
///
/// An exchange is given as soon as the answer is there, and again, narrower, when a stamp comes later. Each probe has one
/// answer, each answer one follow-up; everything else, repeated, given up or of another probe, gives nothing.
package struct ProbeLedger: Sendable {
    /// What one packet or stamp taught.
    package struct Finding: Sendable, Hashable {
        package var exchange: ClockExchange
        package var sequence: UInt64
        package var referenceEpoch: UInt64
        /// The first of its probe; false: a narrower one.
        package var isFirst: Bool
        /// Nothing more will come.
        package var isComplete: Bool
        /// The kernel stamped all four instants.
        package var isKernels: Bool
    }

    private struct Entry {
        let sequence: UInt64
        let handed: Int64
        let slew: ClockSlew
        var departed: StampClock.Mapped?
        var answer: ProbePacket?
        var returned = StampClock.Mapped(nanoseconds: 0, isKernels: false)
        /// Of all that the local clock's slew was between departure and arrival.
        var slewMeanwhile: ClockSlew
        var followUp: ProbePacket?
    }

    /// Probes that are remembered; older ones are given up.
    private static let capacity: UInt64 = 256
    private var entries = [Entry?](repeating: nil, count: Int(capacity))

    package init() {}

    /// A probe is about to be handed to the kernel. `at`: CLOCK_MONOTONIC, nanoseconds: what the packet carries as T1.
    package mutating func send(_ sequence: UInt64, at: Int64, slew: ClockSlew) {
        entries[Self.slot(sequence)] = Entry(
            sequence: sequence,
            handed: at,
            slew: slew,
            slewMeanwhile: slew
        )
    }

    /// When the program handed the probe over; nil for one that is not under way, or whose departure is known.
    package func handedAt(_ sequence: UInt64) -> Int64? {
        guard let entry = entry(sequence), entry.departed == nil else { return nil }
        return entry.handed
    }

    /// The kernel's stamp of the departure, as `StampClock` mapped it.
    package mutating func depart(_ sequence: UInt64, at departure: StampClock.Mapped) -> Finding? {
        guard var entry = entry(sequence), entry.departed == nil else { return nil }
        entry.departed = departure
        return keep(entry, finds: entry.answer != nil)
    }

    /// `packet`: an answer whose code is right. `slew`: the local one, read after the arrival.
    package mutating func answer(
        _ packet: ProbePacket,
        returned: StampClock.Mapped,
        slew: ClockSlew
    ) -> Finding? {
        guard var entry = entry(packet.sequence), entry.answer == nil, packet.sent == entry.handed else {
            return nil
        }
        entry.answer = packet
        entry.returned = returned
        entry.slewMeanwhile = entry.slew.hull(slew)
        // A follow-up that overtook its answer; one of another answer is no use.
        if let followUp = entry.followUp, !Self.follows(followUp, packet) { entry.followUp = nil }
        return keep(entry, finds: true, isFirst: true)
    }

    /// `packet`: a follow-up whose code is right.
    package mutating func follow(_ packet: ProbePacket) -> Finding? {
        guard var entry = entry(packet.sequence), entry.followUp == nil, packet.sent == entry.handed else {
            return nil
        }
        if let answer = entry.answer, !Self.follows(packet, answer) { return nil }
        entry.followUp = packet
        return keep(entry, finds: entry.answer != nil)
    }

    /// T3 of a follow-up may only replace T3 of the same answer: an earlier probe repeated by somebody is answered again,
    /// and that answer left later.
    private static func follows(_ followUp: ProbePacket, _ answer: ProbePacket) -> Bool {
        followUp.received == answer.received && followUp.answered >= answer.answered
            && followUp.referenceEpoch == answer.referenceEpoch
    }

    private static func slot(_ sequence: UInt64) -> Int { Int(sequence % capacity) }

    private func entry(_ sequence: UInt64) -> Entry? {
        guard let entry = entries[Self.slot(sequence)], entry.sequence == sequence else { return nil }
        return entry
    }

    private mutating func keep(_ entry: Entry, finds: Bool, isFirst: Bool = false) -> Finding? {
        let isComplete = entry.departed != nil && entry.answer != nil && entry.followUp != nil
        // A complete one stays until it is overwritten: a repeated answer must find that it was answered.
        entries[Self.slot(entry.sequence)] = entry
        guard finds, let answer = entry.answer else { return nil }
        let last = entry.followUp ?? answer
        return Finding(
            exchange: ClockExchange(
                sent: entry.departed?.nanoseconds ?? entry.handed,
                received: answer.received,
                answered: last.answered,
                returned: entry.returned.nanoseconds,
                referenceSlew: answer.slew,
                localSlew: entry.slewMeanwhile.monotonicMinusRaw,
                slewHalfWidth: entry.slewMeanwhile.halfWidth + answer.slewHalfWidth
            ),
            sequence: entry.sequence,
            referenceEpoch: answer.referenceEpoch,
            isFirst: isFirst,
            isComplete: isComplete,
            isKernels: entry.departed?.isKernels == true && entry.returned.isKernels
                && answer.flags.contains(.kernelReceived) && last.flags.contains(.kernelAnswered)
        )
    }
}

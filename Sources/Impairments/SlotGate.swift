package import Measures

/// When packets whose time has come may leave, with slots. netem's `netem_dequeue` and `get_slot_next`: a slot opens for
/// what is due by then, until its packets or bytes are used up or nothing more is due; the next opens a gap later.
package struct SlotGate: Sendable {
    private let minimum: Int64
    private let width: UInt64
    private let packets: Int64
    private let bytes: Int64
    private var packetsLeft: Int64
    private var bytesLeft: Int64
    private var generator: SeededGenerator
    /// The instant from which the slot is open. At first long ago, so that the first packet waits for a gap, as in netem.
    package private(set) var opensAt = Int64.min

    package init(_ slots: Slots, _ generator: SeededGenerator) {
        minimum = slots.minimum.nanoseconds
        width = UInt64(max(0, slots.maximum.nanoseconds - minimum))
        packets = slots.packets == 0 ? .max : Int64(slots.packets)
        bytes = slots.bytes == 0 ? .max : Int64(slots.bytes)
        (packetsLeft, bytesLeft) = (packets, bytes)
        self.generator = generator
    }

    /// Whether the next packet, due at that instant, may leave now. Asked again at the later of its time and `opensAt`.
    package mutating func lets(dueAt due: Int64, leaveAt now: Int64) -> Bool {
        if opensAt < due { openNext(after: now) }
        return due <= now && opensAt <= now
    }

    /// It left.
    package mutating func take(length: UInt32, at now: Int64) {
        packetsLeft -= 1
        bytesLeft -= Int64(length)
        if packetsLeft <= 0 || bytesLeft <= 0 { openNext(after: now) }
    }

    private mutating func openNext(after now: Int64) {
        let gap = generator.next().multipliedFullWidth(by: width).high
        opensAt = now + minimum + Int64(gap)
        (packetsLeft, bytesLeft) = (packets, bytes)
    }
}

/// Packets leave in bunches, as on radio links.
package struct Slots: Sendable, Hashable, Codable {
    /// Gap between two bunches, drawn evenly from this range.
    package var minimum: Duration
    package var maximum: Duration
    /// In one bunch at most; 0: no limit.
    package var packets: UInt32
    package var bytes: UInt32

    package init(minimum: Duration, maximum: Duration, packets: UInt32 = 0, bytes: UInt32 = 0) {
        self.minimum = minimum
        self.maximum = maximum
        self.packets = packets
        self.bytes = bytes
    }
}

/// What the queue backend did, for "requested and observed".
package struct QueueStatistics: Sendable {
    /// Packets that the kernel handed over, twins not counted; the sum of passed, dropped, released and what is held now,
    /// but for twins, which count as two there.
    package internal(set) var received: UInt64 = 0
    /// Let through without holding them.
    package internal(set) var passed: UInt64 = 0
    /// Of these, ahead of packets that waited.
    package internal(set) var overtaken: UInt64 = 0
    package internal(set) var dropped: UInt64 = 0
    /// Of which two were made.
    package internal(set) var duplicated: UInt64 = 0
    package internal(set) var corrupted: UInt64 = 0
    /// Held, and let through when their time had come or the engine stopped.
    package internal(set) var released: UInt64 = 0
    package internal(set) var heldNow = 0
    package internal(set) var mostHeld = 0
    /// Release verdict sent after the planned instant, in nanoseconds: the engine's own lateness.
    package internal(set) var lateness = QueueHistogram()
    /// Nanoseconds from the arrival at the engine to the release verdict: the delay that was had. Without packets that
    /// were let go early by a stop.
    package internal(set) var delay = QueueHistogram()
    /// Why the engine ended by itself; nil while it runs and after `stop`. Packets pass from then on.
    package internal(set) var failure: String?

    package init() {}

    package var tally: Tally {
        var tally = Tally(seen: received)
        tally.delayed = released + UInt64(heldNow)
        tally.dropped = dropped
        tally.duplicated = duplicated
        tally.corrupted = corrupted
        tally.overtaken = overtaken
        return tally
    }
}

/// What the queue backend did, for "requested and observed".
package struct QueueStatistics: Sendable {
    /// Packets that the kernel handed over; the sum of the next three and what is held now.
    package internal(set) var received: UInt64 = 0
    /// Let through without holding them.
    package internal(set) var passed: UInt64 = 0
    package internal(set) var dropped: UInt64 = 0
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
}

import Measures

/// What one signal to all processes of a service did, and when.
package struct SignalSweep: Hashable, Sendable, Codable {
    package var signal: Int32
    /// Every process that was signalled, in the order in which they were reached.
    package var processes: [ProcessIdentity]
    /// CLOCK_MONOTONIC in nanoseconds, read before the first signal.
    package var beganAt: Int64
    /// CLOCK_MONOTONIC in nanoseconds, read after the last signal was sent; `beganAt` when none was.
    package var lastSentAt: Int64
    /// CLOCK_MONOTONIC in nanoseconds, read after the effect was seen in all: that they had ended (KILL), were stopped
    /// (STOP) or ran (CONT). The fault's start lies in [beganAt, endedAt].
    package var endedAt: Int64
    /// Those in which the effect was not seen in time. Empty: the signal did what it is for.
    package var unaffected: [ProcessIdentity]

    package var isComplete: Bool { unaffected.isEmpty }
    package var duration: Duration { Duration(nanoseconds: endedAt - beganAt) }

    /// Before anything was sent.
    package init(signal: Int32, beganAt: Int64) {
        self.signal = signal
        self.processes = []
        self.beganAt = beganAt
        self.lastSentAt = beganAt
        self.endedAt = beganAt
        self.unaffected = []
    }
}

import CLinux
import Glibc

/// An absolute one-shot timer as a descriptor, readable once it is due. Like `timerfd`.
package struct Timer: ~Copyable, Sendable {
    package enum Clock: Sendable {
        case monotonic
        /// Follows steps of the wall clock.
        case realtime
    }

    private let descriptor: OwnedDescriptor
    /// For a Poller.
    package var number: Int32 { descriptor.number }

    package init(_ clock: Clock = .monotonic) throws(SystemError) {
        let identifier = clock == .monotonic ? CLOCK_MONOTONIC : CLOCK_REALTIME
        descriptor = OwnedDescriptor(
            owning: try SystemError.check("timerfd_create") { clinux_timerfd_create(Int32(identifier)) }
        )
    }

    /// Due at this instant of its clock, in nanoseconds; at once when that has passed. Replaces an earlier instant.
    package func arm(at instant: Int64) throws(SystemError) {
        let number = number
        // 0 would disarm; an instant before the clock's start is simply due.
        try SystemError.check("timerfd_settime") { clinux_timerfd_arm(number, max(1, instant)) }
    }

    package func disarm() throws(SystemError) {
        let number = number
        try SystemError.check("timerfd_settime") { clinux_timerfd_arm(number, 0) }
    }

    /// Whether it was due since the last look; takes the readiness away.
    @discardableResult
    package func clear() -> Bool {
        var count: UInt64 = 0
        return read(number, &count, 8) == 8 && count > 0
    }
}

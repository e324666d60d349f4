import CLinux
import Glibc

/// Tells when CLOCK_REALTIME was set to another time, by whomever and by however little; slewing is none. C: a timer with
/// TFD_TIMER_CANCEL_ON_SET (`timerfd_create(2)`), far ahead.
package struct RealtimeSteps: ~Copyable, Sendable {
    private let descriptor: OwnedDescriptor
    /// For a Poller, readable after a step until `clear`.
    package var number: Int32 { descriptor.number }

    package init() throws(SystemError) {
        let owned = OwnedDescriptor(
            owning: try SystemError.check("timerfd_create") { clinux_timerfd_create(Int32(CLOCK_REALTIME)) }
        )
        try Self.watch(owned.number)
        descriptor = owned
    }

    /// Whether it was set since the last look; takes the readiness away.
    package func clear() -> Bool {
        var count: UInt64 = 0
        guard read(number, &count, 8) < 0, errno == ECANCELED else { return false }
        try? Self.watch(number)
        return true
    }

    private static func watch(_ number: Int32) throws(SystemError) {
        try SystemError.check("timerfd_settime") { clinux_timerfd_watch_steps(number) }
    }
}

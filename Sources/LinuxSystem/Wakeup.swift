import CLinux
import Glibc

/// Wakes a thread that waits in a Poller, from any thread. Like `eventfd`.
package struct Wakeup: ~Copyable, Sendable {
    private let descriptor: OwnedDescriptor
    /// For a Poller, readable after `signal` until `clear`.
    package var number: Int32 { descriptor.number }

    package init() throws(SystemError) {
        descriptor = OwnedDescriptor(owning: try SystemError.check("eventfd") { clinux_eventfd_create() })
    }

    /// Never blocks: a full counter is already readable.
    package func signal() {
        var one: UInt64 = 1
        _ = write(number, &one, 8)
    }

    /// Whether it was signalled since the last look; takes the readiness away.
    @discardableResult
    package func clear() -> Bool {
        var count: UInt64 = 0
        return read(number, &count, 8) == 8
    }
}

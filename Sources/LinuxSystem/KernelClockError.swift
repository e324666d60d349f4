import CLinux

/// What the kernel was told of CLOCK_REALTIME's error against UTC, by whoever disciplines it. The kernel lets the greatest
/// error grow by 500 ppm and checks nothing of it.
package struct KernelClockError: Sendable, Hashable {
    /// Nanoseconds; 16 s is the kernel's "unknown".
    package let greatest: Int64
    package let estimated: Int64
    /// False: nobody disciplines the clock (STA_UNSYNC), and the errors mean nothing.
    package let isSynchronised: Bool

    /// C: `adjtimex` with no mode.
    package static func read() throws(SystemError) -> KernelClockError {
        var greatest: Int64 = 0
        var estimated: Int64 = 0
        let status = try SystemError.check("adjtimex") { clinux_clock_error(&greatest, &estimated) }
        return KernelClockError(
            greatest: greatest * 1000,
            estimated: estimated * 1000,
            isSynchronised: status & 0x40 == 0
        )
    }
}

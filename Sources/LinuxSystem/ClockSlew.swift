import CLinux
import Glibc

/// How far CLOCK_MONOTONIC has been slewed against the oscillator, at one moment: MONOTONIC − MONOTONIC_RAW (clocks.md,
/// section 8.1). It changes when NTP or adjtimex changes the clock's rate; RAW is nobody's to change.
package struct ClockSlew: Sendable, Hashable {
    /// Nanoseconds; growing: MONOTONIC is made to run faster than RAW.
    package let monotonicMinusRaw: Int64
    /// Half-width of the interval that certainly held the difference when read, in nanoseconds, at least 1.
    package let halfWidth: Int64

    package init(monotonicMinusRaw: Int64, halfWidth: Int64) {
        self.monotonicMinusRaw = monotonicMinusRaw
        self.halfWidth = halfWidth
    }

    /// The narrowest of five bracketed readings: one that was interrupted is merely wide, never wrong.
    package static func read() -> ClockSlew {
        let bracket = clinux_clock_bracket(CLOCK_MONOTONIC_RAW)
        let width = bracket.after - bracket.before
        return ClockSlew(
            monotonicMinusRaw: bracket.before + width / 2 - bracket.between,
            halfWidth: (width + 1) / 2 + 1
        )
    }

    /// Both readings, and whatever lay between them.
    package func hull(_ other: ClockSlew) -> ClockSlew {
        let low = min(monotonicMinusRaw - halfWidth, other.monotonicMinusRaw - other.halfWidth)
        let high = max(monotonicMinusRaw + halfWidth, other.monotonicMinusRaw + other.halfWidth)
        let middle = low + (high - low) / 2
        return ClockSlew(monotonicMinusRaw: middle, halfWidth: high - middle)
    }
}

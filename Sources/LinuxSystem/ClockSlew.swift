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

    /// The narrowest of five bracketed readings.
    package static func read() -> ClockSlew {
        var best = readOnce()
        for _ in 1..<5 {
            let next = readOnce()
            if next.halfWidth < best.halfWidth { best = next }
        }
        return best
    }

    /// Both readings, and whatever lay between them.
    package func hull(_ other: ClockSlew) -> ClockSlew {
        let low = min(monotonicMinusRaw - halfWidth, other.monotonicMinusRaw - other.halfWidth)
        let high = max(monotonicMinusRaw + halfWidth, other.monotonicMinusRaw + other.halfWidth)
        let middle = low + (high - low) / 2
        return ClockSlew(monotonicMinusRaw: middle, halfWidth: high - middle)
    }

    private static func readOnce() -> ClockSlew {
        let before = Clocks.monotonic()
        let raw = Clocks.monotonicRaw()
        let after = Clocks.monotonic()
        return ClockSlew(
            monotonicMinusRaw: before + (after - before) / 2 - raw,
            halfWidth: (after - before + 1) / 2 + 1
        )
    }
}

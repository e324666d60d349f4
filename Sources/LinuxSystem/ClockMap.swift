import CLinux
import Glibc

/// CLOCK_REALTIME against CLOCK_MONOTONIC at one moment, with the bound of the reading (clocks.md, section 8.1).
///
/// Bracketed read m1, r, m2: at the unknown instant in [m1, m2] when r was read, the difference was r - m. So
/// realtime - monotonic lies in r - (m1 + m2)/2 ± (m2 - m1)/2.
package struct ClockMap: Sendable, Hashable {
    /// Nanoseconds; positive: REALTIME shows more than MONOTONIC.
    package let realtimeMinusMonotonic: Int64
    /// Half-width of the interval that certainly held the difference when read, in nanoseconds, at least 1 (the clocks'
    /// granularity).
    package let halfWidth: Int64
    /// When it was read, CLOCK_MONOTONIC.
    package let readAt: Int64

    package init(realtimeMinusMonotonic: Int64, halfWidth: Int64, readAt: Int64) {
        self.realtimeMinusMonotonic = realtimeMinusMonotonic
        self.halfWidth = halfWidth
        self.readAt = readAt
    }

    /// From one bracketed reading.
    package init(before: Int64, realtime: Int64, after: Int64) {
        let half = (after - before + 1) / 2
        self.init(
            realtimeMinusMonotonic: realtime - (before + (after - before) / 2),
            halfWidth: half + 1,
            readAt: after
        )
    }

    /// The narrowest of five bracketed readings: one that was interrupted is merely wide, never wrong.
    package static func read() -> ClockMap {
        let bracket = clinux_clock_bracket(CLOCK_REALTIME)
        return ClockMap(before: bracket.before, realtime: bracket.between, after: bracket.after)
    }

    package func realtime(monotonic: Int64) -> Int64 { monotonic + realtimeMinusMonotonic }
    package func monotonic(realtime: Int64) -> Int64 { realtime - realtimeMinusMonotonic }

    /// True when the two readings cannot both hold of clocks that only run: REALTIME was stepped in between.
    /// `slewPPM`: how fast REALTIME may be slewed against MONOTONIC; both are slewed alike on Linux, so 0 by default.
    package func wasStepped(until later: ClockMap, slewPPM: Int64 = 0) -> Bool {
        let drift = abs(later.readAt - readAt) / 1_000_000 * slewPPM
        return abs(later.realtimeMinusMonotonic - realtimeMinusMonotonic) > halfWidth + later.halfWidth
            + drift
    }
}

import Measures

/// When a rule acts: [start, end) in nanoseconds of CLOCK_REALTIME (Unix time), as `meta time` of the kernel reads it.
///
/// A rule may be installed long before `start`, and ends by itself at `end`, with no process taking part in either.
package struct TimeWindow: Sendable, Hashable, Codable {
    package let start: Int64
    package let end: Int64

    /// nil unless 0 ≤ start < end: an empty window would be a fault that cannot have an effect.
    package init?(start: Int64, end: Int64) {
        guard start >= 0, start < end else { return nil }
        self.start = start
        self.end = end
    }

    package var duration: Duration { Duration(nanoseconds: end - start) }

    package func contains(_ realtime: Int64) -> Bool { start <= realtime && realtime < end }
}

package import Measures

/// The delays of one impairment in nanoseconds, before anything else changes when a packet leaves. netem's `tabledist`:
/// uniform is r mod 2σ + μ - σ, a table's entry t gives μ + σ · t / 8192, rounded half away from zero. Since a correlated r is taken modulo
/// something far below 2^32, little is left of its correlation, here as there.
package struct DelayDraws: Sendable {
    /// μ.
    private let latency: Int64
    /// σ.
    private let jitter: Int64
    private let entries: [Int16]?
    private var draws: CorrelatedDraws

    package init(_ asked: Impairment, _ generator: SeededGenerator) {
        latency = asked.latency.nanoseconds
        jitter = max(0, asked.jitter.nanoseconds)
        let entries = asked.distribution.entries
        self.entries = entries?.isEmpty == true ? nil : entries
        draws = CorrelatedDraws(correlation: asked.delayCorrelation, generator)
    }

    /// May be negative: then the packet leaves at once.
    package mutating func next() -> Int64 {
        guard jitter > 0 else { return latency }
        let draw = draws.next()
        guard let entries else { return Int64(draw) % (2 * jitter) + latency - jitter }
        let scaled = jitter * Int64(entries[Int(draw) % entries.count])
        return latency + (scaled + (scaled >= 0 ? Self.scale / 2 : -Self.scale / 2)) / Self.scale
    }

    package mutating func skip() {
        if jitter > 0 { draws.skip() }
    }

    /// NETEM_DIST_SCALE.
    private static let scale: Int64 = 8192
}

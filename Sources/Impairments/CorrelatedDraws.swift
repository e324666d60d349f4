package import Measures

/// 32 random bits a draw, each leaning on the one before: last = ((2^32 - ρ') · fresh + ρ' · last) / 2^32 with
/// ρ' = ρ · (2^32 - 1) + 1, in whole numbers; without correlation each draw is fresh. netem's `get_crandom`.
package struct CorrelatedDraws: Sendable {
    private var generator: SeededGenerator
    /// ρ', 0: none.
    private let weight: UInt64
    private var last: UInt64

    package init(correlation: Share = .zero, _ generator: SeededGenerator) {
        let scaled = UInt64(correlation.scaled32)
        weight = scaled == 0 ? 0 : scaled + 1
        self.generator = generator
        last = self.generator.next() >> 32
    }

    package mutating func next() -> UInt32 {
        let fresh = generator.next() >> 32
        guard weight > 0 else { return UInt32(truncatingIfNeeded: fresh) }
        last = (fresh * (1 << 32 - weight) + last * weight) >> 32
        return UInt32(truncatingIfNeeded: last)
    }

    /// What `next` would have drawn is passed over and leaves no trace in what follows: netem does not draw for this packet,
    /// but the packets after it are to have their draws whatever became of this one.
    package mutating func skip() { _ = generator.next() }
}

/// Draws of a `Chance`.
package struct ChanceDraws: Sendable {
    private let threshold: UInt32
    private var draws: CorrelatedDraws

    package init(_ chance: Chance, _ generator: SeededGenerator) {
        threshold = chance.share.scaled32
        draws = CorrelatedDraws(correlation: chance.correlation, generator)
    }

    /// P = share to within 2^-32; 0 % is never, 100 % always.
    package mutating func next() -> Bool {
        let draw = draws.next()
        return threshold > 0 && threshold >= draw
    }

    package mutating func skip() { draws.skip() }
}

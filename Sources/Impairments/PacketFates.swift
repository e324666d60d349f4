package import Measures

/// What becomes of each packet of one impairment, in netem's order: a packet may be duplicated, may get lost, may be
/// corrupted; then its delay is drawn, unless it is one of those that overtake. Every part draws from a stream of its own,
/// and passes over the draw of a packet that has none, so that changing one part moves no other.
package struct PacketFates: Sendable {
    package enum Fate: Sendable, Hashable {
        case lost
        /// There shall be two of it: each comes again, marked as such.
        case duplicated
        case delivered(Delivery)
    }

    package struct Delivery: Sendable, Hashable {
        /// Nanoseconds, may be negative; nil: it overtakes, sent at once, past the line and the slots too.
        package let delay: Int64?
        package let flip: BitFlip?
    }

    private let doesDuplicate: Bool
    private let doesCorrupt: Bool
    private var duplicate: ChanceDraws
    private var loss: LossDraws
    private var corrupt: ChanceDraws
    private var bits: SeededGenerator
    private var delay: DelayDraws
    private var reordering: ReorderDraws?
    /// Second packets of pairs that are still to come: a copy may get lost like any packet, its original is spared.
    private var copiesDue: UInt64 = 0

    package init(_ asked: Impairment, seed: UInt64) {
        let stream = { (name: String) in SeededGenerator(seed: seed, stream: "impairment.\(name)") }
        doesDuplicate = asked.duplicate.share != .zero
        doesCorrupt = asked.corrupt.share != .zero
        duplicate = ChanceDraws(asked.duplicate, stream("duplicate"))
        loss = LossDraws(asked.loss, stream("loss"))
        corrupt = ChanceDraws(asked.corrupt, stream("corrupt"))
        bits = stream("corrupt.bit")
        delay = DelayDraws(asked, stream("delay"))
        reordering = asked.reordering.map { ReorderDraws($0, stream("reorder")) }
    }

    /// `isOneOfTwo`: the packet, or its copy, comes again after `duplicated`; neither is duplicated once more.
    package mutating func next(isOneOfTwo: Bool = false) -> Fate {
        var isLost = false
        if isOneOfTwo {
            if copiesDue > 0 {
                copiesDue -= 1
                isLost = loss.next()
            }
        } else {
            let isDuplicated = doesDuplicate && duplicate.next()
            isLost = loss.next()
            // Both: one goes and one stays.
            if isDuplicated && isLost {
                isLost = false
            } else if isDuplicated {
                copiesDue += 1
                return .duplicated
            }
        }
        let drawn = doesCorrupt ? BitFlip(&bits) : nil
        if isLost {
            if doesCorrupt { corrupt.skip() }
            delay.skip()
            return .lost
        }
        let flip = doesCorrupt && corrupt.next() ? drawn : nil
        if reordering?.next() == true {
            delay.skip()
            return .delivered(Delivery(delay: nil, flip: flip))
        }
        return .delivered(Delivery(delay: delay.next(), flip: flip))
    }
}

/// One bit somewhere in a packet.
package struct BitFlip: Sendable, Hashable {
    private let draw: UInt32
    /// 0 to 7, the least significant first.
    package let bit: UInt8

    package init(_ generator: inout SeededGenerator) {
        let draws = generator.next()
        draw = UInt32(truncatingIfNeeded: draws >> 32)
        bit = UInt8(draws & 7)
    }

    /// Of a packet of this many bytes.
    package func byte(of length: Int) -> Int { Int(draw) % max(1, length) }
}

/// Which packets overtake: the counter of those that were delayed must have reached gap - 1; then the share decides.
package struct ReorderDraws: Sendable {
    private let gap: UInt32
    private let threshold: UInt32
    private var draws: CorrelatedDraws
    private var counter: UInt32 = 0

    package init(_ asked: Reordering, _ generator: SeededGenerator) {
        gap = asked.gap
        threshold = asked.share.scaled32
        draws = CorrelatedDraws(correlation: asked.correlation, generator)
    }

    package mutating func next() -> Bool {
        guard gap > 0, counter >= gap - 1 else {
            draws.skip()
            counter &+= 1
            return false
        }
        let draw = draws.next()
        // netem compares so; a share of 0 would overtake once in 2^32.
        guard threshold > 0, threshold >= draw else {
            counter &+= 1
            return false
        }
        counter = 0
        return true
    }
}

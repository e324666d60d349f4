package import Measures

/// Which packets get lost. The models are netem's `loss_event`, states and comparisons alike.
package struct LossDraws: Sendable {
    private enum Kind: Sendable {
        case never
        case random(ChanceDraws)
        case gilbertElliott(GilbertElliott)
        case fourState(FourState)
    }

    private var kind: Kind

    package init(_ model: LossModel, _ generator: SeededGenerator) {
        kind =
            switch model {
            case .none: .never
            case .random(let share, let correlation):
                .random(ChanceDraws(Chance(share, correlation: correlation), generator))
            case .gilbertElliott(let toBad, let toGood, let lossInBad, let lossInGood):
                .gilbertElliott(
                    GilbertElliott(
                        toBad: toBad.scaled32,
                        toGood: toGood.scaled32,
                        keepInBad: .max - lossInBad.scaled32,
                        lossInGood: lossInGood.scaled32,
                        generator: generator
                    )
                )
            case .fourState(let p13, let p31, let p32, let p23, let p14):
                .fourState(
                    FourState(
                        p13: UInt64(p13.scaled32),
                        p31: UInt64(p31.scaled32),
                        p32: UInt64(p32.scaled32),
                        p23: UInt64(p23.scaled32),
                        p14: UInt64(p14.scaled32),
                        generator: generator
                    )
                )
            }
    }

    /// Whether the next packet is lost.
    package mutating func next() -> Bool {
        switch kind {
        case .never: return false
        case .random(var draws):
            defer { kind = .random(draws) }
            return draws.next()
        case .gilbertElliott(var chain):
            defer { kind = .gilbertElliott(chain) }
            return chain.next()
        case .fourState(var chain):
            defer { kind = .fourState(chain) }
            return chain.next()
        }
    }
}

/// Two draws a packet: whether the state is left, then whether the packet is lost in the state that it met.
private struct GilbertElliott: Sendable {
    let toBad: UInt32
    let toGood: UInt32
    /// h.
    let keepInBad: UInt32
    /// 1 - k.
    let lossInGood: UInt32
    var generator: SeededGenerator
    var isBad = false

    mutating func next() -> Bool {
        let (move, fate) = (generator.bits32(), generator.bits32())
        if isBad {
            if move < toGood { isBad = false }
            return fate > keepInBad
        }
        if move < toBad { isBad = true }
        return fate < lossInGood
    }
}

/// One draw a packet, which decides the transition; the packet is lost when it leads to a state of loss.
private struct FourState: Sendable {
    enum State: Sendable { case receivedInGap, receivedInBurst, lostInBurst, lostAlone }

    let p13: UInt64
    let p31: UInt64
    let p32: UInt64
    let p23: UInt64
    let p14: UInt64
    var generator: SeededGenerator
    var state = State.receivedInGap

    mutating func next() -> Bool {
        let draw = UInt64(generator.bits32())
        switch state {
        case .receivedInGap:
            if draw < p14 { state = .lostAlone } else if draw < p14 + p13 { state = .lostInBurst }
        case .receivedInBurst:
            if draw < p23 { state = .lostInBurst }
        case .lostInBurst:
            if draw < p32 { state = .receivedInBurst } else if draw < p32 + p31 { state = .receivedInGap }
        case .lostAlone: state = .receivedInGap
        }
        return state == .lostInBurst || state == .lostAlone
    }
}

extension SeededGenerator {
    fileprivate mutating func bits32() -> UInt32 { UInt32(truncatingIfNeeded: next() >> 32) }
}

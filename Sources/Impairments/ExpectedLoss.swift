import Measures

extension LossModel {
    /// What is to be expected of many packets: the share that is lost, and by how much the count of losses scatters more
    /// than that of independent ones (its variance, as a multiple). nil where losses lean on each other in a way that has
    /// no formula (`Chance.correlation`).
    package var expected: (share: Double, spread: Double)? {
        switch self {
        case .none: (0, 1)
        case .random(let share, let correlation): correlation == .zero ? (share.double, 1) : nil
        case .gilbertElliott(let toBad, let toGood, let lossInBad, let lossInGood):
            Self.twoStates(toBad.double, toGood.double, lossInBad.double, lossInGood.double)
        case .fourState(let p13, let p31, let p32, let p23, let p14):
            Self.fourStates(p13.double, p31.double, p32.double, p23.double, p14.double)
        }
    }

    /// π(bad) = p / (p + r); what is left of a state after a packet is λ = 1 - p - r, and the sum over all distances gives
    /// (1 + λ) / (1 - λ).
    private static func twoStates(
        _ p: Double,
        _ r: Double,
        _ lossInBad: Double,
        _ lossInGood: Double
    ) -> (share: Double, spread: Double) {
        guard p + r > 0 else { return (lossInGood, 1) }
        let bad = p / (p + r)
        let left = max(0, 1 - p - r)
        return (bad * lossInBad + (1 - bad) * lossInGood, (1 + left) / (1 - left))
    }

    /// From the balance of the states: π4 = p14 π1, π3 p31 = p13 π1, π2 p23 = p32 π3. Gap and burst are taken for two
    /// states for the spread.
    private static func fourStates(
        _ p13: Double,
        _ p31: Double,
        _ p32: Double,
        _ p23: Double,
        _ p14: Double
    ) -> (share: Double, spread: Double)? {
        guard p13 > 0 else { return (p14 / (1 + p14), 1) }
        // A state that is never left again has no share to wait for.
        guard p31 > 0, p32 == 0 || p23 > 0 else { return nil }
        let lostInBurst = p13 / p31
        let receivedInBurst = p32 > 0 ? lostInBurst * p32 / p23 : 0
        let sum = 1 + p14 + lostInBurst + receivedInBurst
        let leavesBurst = p31 * lostInBurst / (lostInBurst + receivedInBurst)
        let left = max(0, 1 - p13 - leavesBurst)
        return ((lostInBurst + p14) / sum, (1 + left) / (1 - left))
    }
}

extension Reordering {
    /// The share of packets that overtake: one in gap - 1 + 1 / share. nil where it has no formula.
    package var expectedShare: Double? {
        guard correlation == .zero else { return nil }
        guard gap > 0, share != .zero else { return 0 }
        return 1 / (Double(gap) - 1 + 1 / share.double)
    }
}

package import Measures

/// How packets get lost.
package enum LossModel: Sendable, Hashable, Codable {
    case none
    case random(Share, correlation: Share = .zero)
    /// Gilbert-Elliott: two states. `toBad` is p, `toGood` r, the chances of leaving a state at each packet; a packet is
    /// lost with 1-h in the bad state and 1-k in the good one (Salsano, Ludovici, Ordine, "Definition of a general and
    /// intuitive loss model for packet networks", 2009).
    case gilbertElliott(toBad: Share, toGood: Share, lossInBad: Share = .one, lossInGood: Share = .zero)
    /// The four-state Markov model of the same paper: 1 received in a gap, 2 received in a burst, 3 lost in a burst,
    /// 4 lost alone; each share is the chance of that transition.
    case fourState(p13: Share, p31: Share, p32: Share, p23: Share, p14: Share)
}

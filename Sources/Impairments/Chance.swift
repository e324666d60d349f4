package import Measures

/// Something that happens to some packets, drawn for each.
package struct Chance: Sendable, Hashable, Codable {
    package var share: Share
    /// How much each draw leans on the one before: next = (1 - ρ) · fresh + ρ · last, as netem does it. The draws are then
    /// no longer uniform, so with a correlation the share that is had is not the share asked for: netem's own law, which
    /// the other backend follows.
    package var correlation: Share

    package static let never = Chance(.zero)

    package init(_ share: Share, correlation: Share = .zero) {
        self.share = share
        self.correlation = correlation
    }
}

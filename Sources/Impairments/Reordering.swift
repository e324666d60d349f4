package import Measures

/// Packets that overtake: sent at once, while the others wait. Needs a latency, or there is nothing to overtake.
package struct Reordering: Sendable, Hashable, Codable {
    /// Share of the packets that overtake, among those whose turn it is.
    package var share: Share
    package var correlation: Share
    /// Every gap-th packet may overtake; 1: any.
    package var gap: UInt32

    package init(share: Share, correlation: Share = .zero, gap: UInt32 = 1) {
        self.share = share
        self.correlation = correlation
        self.gap = gap
    }
}

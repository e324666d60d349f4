package import Impairments

/// Who does not hear whom. Packets are dropped where they arrive, so that no sender is told.
package enum PartitionPlan: Sendable, Equatable {
    /// What `from` sends to `to`; the other way too when `bothWays`.
    case sides(from: [String], to: [String], bothWays: Bool)
    /// Each host, and those whose packets it drops, in the order of the file.
    case map([Drop])
    /// Named; the seed chooses who stands where.
    case shape(PartitionShape, of: [String])

    package struct Drop: Sendable, Equatable {
        package let host: String
        package let from: [String]

        package init(host: String, from: [String]) {
            self.host = host
            self.from = from
        }
    }

    package static func drops(from: [String], to: [String], bothWays: Bool) -> [Drop] {
        let there = to.map { Drop(host: $0, from: from) }
        return bothWays ? there + from.map { Drop(host: $0, from: to) } : there
    }
}

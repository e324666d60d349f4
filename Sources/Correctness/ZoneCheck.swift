/// Linearizability of a register to which no value is written twice, in O(n log n): Gibbons and Korach, "Testing shared
/// memories", SIAM J. Comput. 26(4), 1997.
///
/// All operations on a value form its cluster: with f the least end and s the greatest start in it, two clusters cannot be
/// put into an order when f₁ < s₂ and f₂ < s₁: an operation of each came before one of the other. Clusters with f < s
/// (forward zones) must not overlap each other, and no other one (backward) may lie within a forward one.
enum ZoneCheck {
    private struct Cluster {
        var write: Int?
        var members: [Int] = []
        var least = Int64.max
        var greatest = Int64.min

        mutating func add(_ index: Int, _ operation: RegisterInvocation) {
            members.append(index)
            least = min(least, operation.end)
            greatest = max(greatest, operation.start)
        }
    }

    /// nil: a value is written twice, or set by comparison, and this check does not apply.
    static func check(_ history: [RegisterInvocation], initial: Int64?) -> Linearizability? {
        var writes: [Int64: Int] = [:]
        for (index, operation) in history.enumerated() where operation.outcome != .failed {
            switch operation.action {
            case .write(let value):
                guard writes.updateValue(index, forKey: value) == nil, value != initial else { return nil }
            case .read: continue
            case .compareAndSet: return nil
            }
        }
        var clusters: [Int64?: Cluster] = [:]
        for (index, operation) in history.enumerated() where operation.outcome == .ok {
            guard case .read(let value) = operation.action else { continue }
            if let value, let write = writes[value] {
                if operation.end < history[write].start {
                    return .violated(.fromTheFuture(read: index, write: write))
                }
            } else if value != initial {
                return .violated(.neverWritten(read: index))
            }
            clusters[value, default: Cluster()].add(index, operation)
        }
        for (value, index) in writes where history[index].outcome == .ok || clusters[value] != nil {
            clusters[value, default: Cluster()].add(index, history[index])
        }
        // It was there before everything.
        clusters[initial]?.least = .min
        return decide(Array(clusters.values))
    }

    private static func decide(_ clusters: [Cluster]) -> Linearizability {
        let forward = clusters.filter { $0.least < $0.greatest }.sorted { $0.least < $1.least }
        for (earlier, later) in zip(forward, forward.dropFirst()) where later.least < earlier.greatest {
            return .violated(.crossed(earlier.members.sorted(), later.members.sorted()))
        }
        for cluster in clusters where cluster.least >= cluster.greatest {
            // The last that begins before it: of disjoint ones, the one that reaches farthest.
            let place = forward.partition { $0.least < cluster.greatest }
            guard place > 0 else { continue }
            let zone = forward[place - 1]
            if cluster.least < zone.greatest {
                return .violated(.crossed(zone.members.sorted(), cluster.members.sorted()))
            }
        }
        return .linearizable
    }
}

extension Array {
    /// How many at the beginning are so, where those that are come first.
    fileprivate func partition(_ isSo: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if isSo(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

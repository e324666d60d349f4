/// Reads that show something older than a write which had been acknowledged, to whomever, before they began: what a user sees
/// of a replica that is behind. In O(n log n).
package enum StalenessCheck {
    /// By the places of the operations in the history.
    package struct StaleRead: Sendable, Equatable {
        package let read: Int
        /// The newest write that was over when the read began.
        package let missed: Int
        /// How long that write had been over, nanoseconds.
        package let age: Int64
    }

    /// In the order in which they began.
    package static func check(_ history: [VersionInvocation]) -> [StaleRead] {
        var writes: [(end: Int64, version: Int64, index: Int)] = []
        var reads: [(index: Int, version: Int64)] = []
        for (index, operation) in history.enumerated() where operation.outcome == .ok {
            switch operation.action {
            case .write(let version): writes.append((operation.end, version, index))
            case .read(let version): reads.append((index, version ?? .min))
            }
        }
        writes.sort { $0.end < $1.end }
        reads.sort { history[$0.index].start < history[$1.index].start }
        var next = 0
        var newest: (version: Int64, index: Int)?
        return reads.compactMap { index, version in
            let start = history[index].start
            while next < writes.count, writes[next].end < start {
                if writes[next].version > newest?.version ?? .min {
                    newest = (writes[next].version, writes[next].index)
                }
                next += 1
            }
            guard let newest, newest.version > version else { return nil }
            return StaleRead(read: index, missed: newest.index, age: start - history[newest.index].end)
        }
    }
}

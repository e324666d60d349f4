/// What a client may rely on though others write too (Terry et al., "Session guarantees for weakly consistent replicated
/// data", PDIS 1994). In O(n log n).
package enum SessionCheck {
    package enum Guarantee: String, Sendable, Equatable {
        /// A read shows what its own client had written before, or something newer.
        case readYourWrites
        /// A read shows nothing older than what its client had read before.
        case monotonicReads
    }

    /// By the places of the operations in the history.
    package struct Violation: Sendable, Equatable {
        package let guarantee: Guarantee
        package let read: Int
        /// The client's own write or read that was newer.
        package let earlier: Int
    }

    /// All reads that break a guarantee, in the order in which they began; each once a guarantee.
    package static func check(_ history: [VersionInvocation]) -> [Violation] {
        var written: [Int: (version: Int64, index: Int)] = [:]
        var read: [Int: (version: Int64, index: Int)] = [:]
        var violations: [Violation] = []
        for index in history.indices.sorted(by: { history[$0].start < history[$1].start }) {
            let operation = history[index]
            guard operation.outcome == .ok else { continue }
            switch operation.action {
            case .write(let version):
                if version > written[operation.client]?.version ?? .min {
                    written[operation.client] = (version, index)
                }
            case .read(let found):
                let version = found ?? .min
                if let own = written[operation.client], own.version > version {
                    violations.append(Violation(guarantee: .readYourWrites, read: index, earlier: own.index))
                }
                if let before = read[operation.client], before.version > version {
                    violations.append(
                        Violation(guarantee: .monotonicReads, read: index, earlier: before.index)
                    )
                }
                if version > read[operation.client]?.version ?? .min {
                    read[operation.client] = (version, index)
                }
            }
        }
        return violations
    }
}

package enum CounterAction: Sendable, Equatable {
    case add(Int64)
    /// Of one whose outcome is not known, the number says nothing.
    case read(Int64)
}

package typealias CounterInvocation = Invocation<CounterAction>

/// Whether each read of a counter lies between what had certainly been added when it began and what may have been added when
/// it ended. In O(n log n). Necessary, not sufficient: it does not follow from one read to the next.
package enum CounterCheck {
    package struct Violation: Sendable, Equatable {
        /// The read's place in the history.
        package let read: Int
        package let found: Int64
        package let possible: ClosedRange<Int64>
    }

    /// The reads that cannot be true, in the order of the history.
    package static func check(_ history: [CounterInvocation], initial: Int64 = 0) -> [Violation] {
        var additions: [(start: Int64, end: Int64, amount: Int64)] = []
        var reads: [(index: Int, found: Int64)] = []
        for (index, operation) in history.enumerated() where operation.outcome != .failed {
            switch operation.action {
            case .add(let amount): additions.append((operation.start, operation.end, amount))
            case .read(let found) where operation.outcome == .ok: reads.append((index, found))
            case .read: continue
            }
        }
        let certain = Sums(additions.filter { $0.end < .max }.map { ($0.end, $0.amount) }, initial: initial)
        let gains = Sums(additions.filter { $0.amount > 0 }.map { ($0.start, $0.amount) })
        let losses = Sums(additions.filter { $0.amount < 0 }.map { ($0.start, $0.amount) })
        let sureGains = Sums(additions.filter { $0.amount > 0 && $0.end < .max }.map { ($0.end, $0.amount) })
        let sureLosses = Sums(additions.filter { $0.amount < 0 && $0.end < .max }.map { ($0.end, $0.amount) })
        return reads.compactMap { index, found in
            let read = history[index]
            // Strictly before the read's start: over; up to the read's end: begun.
            let base = certain.before(read.start)
            let most = base &+ gains.upTo(read.end) &- sureGains.before(read.start)
            let least = base &+ losses.upTo(read.end) &- sureLosses.before(read.start)
            guard found < least || found > most else { return nil }
            return Violation(read: index, found: found, possible: least...max(least, most))
        }
    }

    /// Sums of amounts by instant.
    private struct Sums {
        private let instants: [Int64]
        /// Of the first n.
        private let sums: [Int64]

        init(_ amounts: [(at: Int64, amount: Int64)], initial: Int64 = 0) {
            let sorted = amounts.sorted { $0.at < $1.at }
            instants = sorted.map(\.at)
            var sums = [initial]
            for (_, amount) in sorted { sums.append(sums[sums.count - 1] &+ amount) }
            self.sums = sums
        }

        func before(_ instant: Int64) -> Int64 { sums[count { $0 < instant }] }
        func upTo(_ instant: Int64) -> Int64 { sums[count { $0 <= instant }] }

        private func count(_ isSo: (Int64) -> Bool) -> Int {
            var (low, high) = (0, instants.count)
            while low < high {
                let middle = low + (high - low) / 2
                if isSo(instants[middle]) { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }
}

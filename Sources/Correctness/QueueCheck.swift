package enum QueueAction: Sendable, Equatable {
    case enqueue(Int64)
    /// What came out; nil: the queue said that it was empty. Of one whose outcome is not known, it says nothing.
    case dequeue(Int64?)
}

package typealias QueueInvocation = Invocation<QueueAction>

/// Whether a queue was first in, first out, of values that are sent once each, in O(n log n). Four patterns say all there is
/// where no dequeue was lost and none found the queue empty: something came out that nobody sent; came out twice; came out
/// before it was sent; or a was sent before b, and b came out, and a later or never.
package enum QueueCheck {
    package enum Result: Sendable, Equatable {
        case ordered
        case violated(Violation)
        /// Dequeues whose outcome is not known may have taken what is missing.
        case undecided
    }

    /// By the places of the operations in the history.
    package enum Violation: Sendable, Equatable {
        case neverSent(dequeue: Int)
        case repeated(first: Int, second: Int)
        case early(enqueue: Int, dequeue: Int)
        /// `first` was sent before `second`, which came out; `passed`: the dequeue of the first, nil: it never came out.
        case order(first: Int, second: Int, passed: Int?)
    }

    package static func check(_ history: [QueueInvocation]) -> Result {
        var sent: [Int64: Int] = [:]
        var taken: [Int64: Int] = [:]
        var lostDequeues = 0
        for (index, operation) in history.enumerated() where operation.outcome != .failed {
            switch operation.action {
            case .enqueue(let value): sent[value] = index
            case .dequeue where operation.outcome == .unknown: lostDequeues += 1
            case .dequeue: continue
            }
        }
        for (index, operation) in history.enumerated() where operation.outcome == .ok {
            guard case .dequeue(let value?) = operation.action else { continue }
            guard let enqueue = sent[value] else { return .violated(.neverSent(dequeue: index)) }
            if let first = taken.updateValue(index, forKey: value) {
                return .violated(.repeated(first: first, second: index))
            }
            if operation.end < history[enqueue].start {
                return .violated(.early(enqueue: enqueue, dequeue: index))
            }
        }
        return order(history, sent: sent, taken: taken, lostDequeues: lostDequeues)
    }

    private static func order(
        _ history: [QueueInvocation],
        sent: [Int64: Int],
        taken: [Int64: Int],
        lostDequeues: Int
    ) -> Result {
        let ended = sent.sorted { history[$0.value].end < history[$1.value].end }
        let begun = sent.filter { taken[$0.key] != nil }.sorted {
            history[$0.value].start < history[$1.value].start
        }
        var next = 0
        /// Of those sent before, the one that came out last, and when that began.
        var last: (enqueue: Int, dequeue: Int, start: Int64)?
        var missing: Int?
        var isExcused = false
        for (value, enqueue) in begun {
            while next < ended.count, history[ended[next].value].end < history[enqueue].start {
                let (earlier, index) = ended[next]
                next += 1
                guard let dequeue = taken[earlier] else {
                    missing = missing ?? index
                    continue
                }
                if history[dequeue].start > last?.start ?? .min {
                    last = (index, dequeue, history[dequeue].start)
                }
            }
            guard let dequeue = taken[value] else { continue }
            if let last, last.start > history[dequeue].end {
                return .violated(.order(first: last.enqueue, second: enqueue, passed: last.dequeue))
            }
            if let missing {
                guard lostDequeues > 0 else {
                    return .violated(.order(first: missing, second: enqueue, passed: nil))
                }
                isExcused = true
            }
        }
        return isExcused ? .undecided : .ordered
    }
}

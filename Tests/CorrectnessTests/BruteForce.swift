import Correctness

/// Every order of a few operations, tried one after the other: slow, and too simple to be wrong.
enum BruteForce {
    static func isLinearizable(_ history: [RegisterInvocation], initial: Int64?) -> Bool {
        var left = history.filter { $0.outcome != .failed }
        left.removeAll { operation in
            if case .read = operation.action { operation.outcome != .ok } else { false }
        }
        return tries(left, initial) { operation, value in
            switch operation.action {
            case .write(let new): value = new
            case .read(let found): return found == value
            case .compareAndSet(let old, let new, let isSet):
                guard operation.outcome == .unknown || isSet == (value == old) else { return false }
                if value == old { value = new }
            }
            return true
        }
    }

    /// Without dequeues that found nothing or whose outcome is not known.
    static func isOrdered(_ history: [QueueInvocation]) -> Bool {
        tries(history, [Int64]()) { operation, queue in
            switch operation.action {
            case .enqueue(let value): queue.append(value)
            case .dequeue(let value):
                guard !queue.isEmpty else { return false }
                return queue.removeFirst() == value
            }
            return true
        }
    }

    private static func tries<Action, State>(
        _ left: [Invocation<Action>],
        _ state: State,
        _ step: (Invocation<Action>, inout State) -> Bool
    ) -> Bool {
        if left.allSatisfy({ $0.outcome == .unknown }) { return true }
        let firstEnd = left.map(\.end).min() ?? .max
        for (index, operation) in left.enumerated() where operation.start <= firstEnd {
            var next = state
            guard step(operation, &next) else { continue }
            var rest = left
            rest.remove(at: index)
            if tries(rest, next, step) { return true }
        }
        return false
    }
}

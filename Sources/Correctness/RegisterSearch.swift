/// A search for a linear order of a register's operations: Wing and Gong, "Testing and verifying concurrent objects", JPDC 17,
/// 1993, with the memory of Lowe, "Testing for linearizability", CPE 29(4), 2017: the same set of operations with the same
/// value is not tried twice.
struct RegisterSearch {
    private struct Entry {
        /// In `operations`.
        let operation: Int
        let isStart: Bool
        var before: Int
        var after: Int
    }

    private struct Seen: Hashable {
        let done: [UInt64]
        let value: Int64?
    }

    private let operations: [RegisterInvocation]
    /// Places in the history that was given.
    private let places: [Int]
    private let initial: Int64?

    /// The head of the list, which stands for no operation.
    private static let head = 0

    init(_ history: [RegisterInvocation], initial: Int64?) {
        // A read that nobody saw says nothing, and a failed operation did nothing.
        let kept = history.enumerated().filter { _, operation in
            if case .read = operation.action { return operation.outcome == .ok }
            return operation.outcome != .failed
        }
        operations = kept.map(\.element)
        places = kept.map(\.offset)
        self.initial = initial
    }

    func result(steps limit: Int) -> Linearizability {
        var (entries, ends) = list()
        var done = [UInt64](repeating: 0, count: (operations.count + 63) / 64)
        var value = initial
        var seen: Set<Seen> = []
        var path: [(entry: Int, value: Int64?)] = []
        var best: (depth: Int, stuck: [Int]) = (-1, [])
        // Those whose outcome is not known need not be ordered at all.
        var left = operations.count { $0.outcome == .ok }
        var entry = entries[Self.head].after
        for _ in 0..<max(1, limit) {
            if left == 0 { return .linearizable }
            let isStart = entry != Self.head && entries[entry].isStart
            if isStart {
                let operation = entries[entry].operation
                done[operation / 64] |= 1 << UInt64(operation % 64)
                if let next = after(operations[operation], value),
                    seen.insert(Seen(done: done, value: next.value)).inserted
                {
                    path.append((entry, value))
                    value = next.value
                    if operations[operation].outcome == .ok { left -= 1 }
                    lift(entry, ends[operation], &entries)
                    entry = entries[Self.head].after
                    continue
                }
                done[operation / 64] &= ~(1 << UInt64(operation % 64))
                entry = entries[entry].after
                continue
            }
            // An operation is over here, and none of those before could come next.
            if path.count > best.depth { best = (path.count, stuck(entries)) }
            guard let last = path.popLast() else { return .violated(.stuck(best.stuck)) }
            let operation = entries[last.entry].operation
            value = last.value
            done[operation / 64] &= ~(1 << UInt64(operation % 64))
            if operations[operation].outcome == .ok { left += 1 }
            unlift(last.entry, ends[operation], &entries)
            entry = entries[last.entry].after
        }
        return left == 0 ? .linearizable : .undecided(steps: limit)
    }

    /// Starts and ends in the order of time, starts first: what touches is concurrent. Operations without an end have none.
    private func list() -> (entries: [Entry], ends: [Int]) {
        var events = operations.indices.flatMap { index in
            [(time: operations[index].start, index: index, isStart: true)]
                + (operations[index].outcome == .ok
                    ? [(time: operations[index].end, index: index, isStart: false)] : [])
        }
        events.sort { ($0.time, $0.isStart ? 0 : 1, $0.index) < ($1.time, $1.isStart ? 0 : 1, $1.index) }
        var entries = [Entry(operation: -1, isStart: false, before: events.count, after: 1)]
        var ends = [Int](repeating: -1, count: operations.count)
        for (place, event) in events.enumerated() {
            if !event.isStart { ends[event.index] = place + 1 }
            entries.append(
                Entry(
                    operation: event.index,
                    isStart: event.isStart,
                    before: place,
                    after: place + 1 == events.count ? Self.head : place + 2
                )
            )
        }
        if events.isEmpty { entries[Self.head].after = Self.head }
        return (entries, ends)
    }

    /// What stands there after the operation; nil: it cannot have come here.
    private func after(_ operation: RegisterInvocation, _ value: Int64?) -> (value: Int64?, Void)? {
        switch operation.action {
        case .write(let new): (new, ())
        case .read(let found): found == value ? (value, ()) : nil
        case .compareAndSet(let expected, let new, let isSet):
            if operation.outcome == .unknown {
                (value == expected ? new : value, ())
            } else if isSet {
                value == expected ? (new, ()) : nil
            } else {
                value == expected ? nil : (value, ())
            }
        }
    }

    private func lift(_ start: Int, _ end: Int, _ entries: inout [Entry]) {
        for entry in [start, end] where entry >= 0 {
            entries[entries[entry].before].after = entries[entry].after
            entries[entries[entry].after].before = entries[entry].before
        }
    }

    private func unlift(_ start: Int, _ end: Int, _ entries: inout [Entry]) {
        for entry in [end, start] where entry >= 0 {
            entries[entries[entry].before].after = entry
            entries[entries[entry].after].before = entry
        }
    }

    /// The operations before the first end.
    private func stuck(_ entries: [Entry]) -> [Int] {
        var found: [Int] = []
        var entry = entries[Self.head].after
        while entry != Self.head, entries[entry].isStart {
            found.append(places[entries[entry].operation])
            entry = entries[entry].after
        }
        return found
    }
}

/// Held packets, the earliest release first, those of one instant in the order of their arrival. A binary heap.
struct ReleaseHeap: Sendable {
    private var items: [DelayLine.Held] = []

    var count: Int { items.count }
    var first: DelayLine.Held? { items.first }

    mutating func push(_ held: DelayLine.Held) {
        items.append(held)
        var child = items.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard items[child].isBefore(items[parent]) else { return }
            items.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> DelayLine.Held? {
        guard !items.isEmpty else { return nil }
        items.swapAt(0, items.count - 1)
        let first = items.removeLast()
        var parent = 0
        while true {
            var least = parent
            let (left, right) = (2 * parent + 1, 2 * parent + 2)
            if left < items.count, items[left].isBefore(items[least]) { least = left }
            if right < items.count, items[right].isBefore(items[least]) { least = right }
            guard least != parent else { return first }
            items.swapAt(parent, least)
            parent = least
        }
    }
}

extension DelayLine.Held {
    @inline(__always)
    fileprivate func isBefore(_ other: DelayLine.Held) -> Bool {
        release != other.release ? release < other.release : number < other.number
    }
}

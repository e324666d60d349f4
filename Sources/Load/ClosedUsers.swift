import Measures
import Schedule

/// The users of a closed model who think: a heap of the instants at which each asks again, nanoseconds on the run's axis.
/// Takes no memory after init: there are never more than at the start.
struct ClosedUsers {
    private var model: ClosedModel
    private var heap: [Int64]
    private let end: Int64

    init(_ model: ClosedModel) {
        self.model = model
        let end = model.end.nanoseconds
        self.end = end
        // Ascending order is a heap.
        heap = self.model.begin().map(\.nanoseconds).filter { $0 < end }.sorted()
    }

    /// When the next user asks; nil while all wait for outcomes or have gone.
    var first: Int64? { heap.first }

    /// The first asks, and thinks no more.
    mutating func leave() {
        guard let last = heap.popLast(), !heap.isEmpty else { return }
        var hole = 0
        while true {
            var child = 2 * hole + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < last else { break }
            heap[hole] = heap[child]
            hole = child
        }
        heap[hole] = last
    }

    /// A user has its outcome. It goes for good when its next request would be due at the end or later.
    mutating func comeBack(from now: Int64, notWithin pause: Int64) {
        let due = now &+ max(model.pause(), pause)
        guard due < end else { return }
        heap.append(due)
        var hole = heap.count - 1
        while hole > 0, heap[(hole - 1) / 2] > due {
            heap[hole] = heap[(hole - 1) / 2]
            hole = (hole - 1) / 2
        }
        heap[hole] = due
    }
}

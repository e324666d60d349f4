/// Due times of requests that wait for a connection, in order: the open model's backlog, 8 bytes a request, without a
/// limit of its own. A ring that doubles when full.
struct WaitingQueue {
    private var ring: [Int64]
    private var start = 0
    private(set) var count = 0

    /// `capacity` is rounded up to a power of two.
    init(capacity: Int) {
        var size = 16
        while size < capacity { size *= 2 }
        ring = Array(repeating: 0, count: size)
    }

    var isEmpty: Bool { count == 0 }
    var first: Int64? { count > 0 ? ring[start] : nil }

    mutating func append(_ due: Int64) {
        if count == ring.count { grow() }
        ring[(start + count) & (ring.count - 1)] = due
        count += 1
    }

    mutating func popFirst() -> Int64? {
        guard count > 0 else { return nil }
        let due = ring[start]
        start = (start + 1) & (ring.count - 1)
        count -= 1
        return due
    }

    /// For the request that `popFirst` gave last.
    mutating func putBack(_ due: Int64) {
        if count == ring.count { grow() }
        start = (start - 1) & (ring.count - 1)
        count += 1
        self[0] = due
    }

    private subscript(index: Int) -> Int64 {
        get { ring[(start + index) & (ring.count - 1)] }
        set { ring[(start + index) & (ring.count - 1)] = newValue }
    }

    private mutating func grow() {
        var larger: [Int64] = []
        larger.reserveCapacity(ring.count * 2)
        for index in 0..<count { larger.append(self[index]) }
        larger += Array(repeating: 0, count: ring.count * 2 - count)
        ring = larger
        start = 0
    }
}

/// Requests that wait for a connection, in order: the open model's backlog, 8 bytes a request, without a limit of its
/// own. A ring of due times that doubles when full. Their numbers follow each other, so one is enough.
struct WaitingQueue {
    struct Request: Equatable {
        let due: Int64
        let number: UInt64
    }

    private var ring: [Int64]
    private var start = 0
    /// Of the first.
    private var number: UInt64 = 0
    private(set) var count = 0

    /// `capacity` is rounded up to a power of two.
    init(capacity: Int) {
        var size = 16
        while size < capacity { size *= 2 }
        ring = Array(repeating: 0, count: size)
    }

    var isEmpty: Bool { count == 0 }
    /// Due time of the first.
    var first: Int64? { count > 0 ? ring[start] : nil }

    /// One number more than the last, where one waits.
    mutating func append(_ due: Int64, number: UInt64) {
        if count == ring.count { grow() }
        if count == 0 { self.number = number }
        ring[(start + count) & (ring.count - 1)] = due
        count += 1
    }

    mutating func popFirst() -> Request? {
        guard count > 0 else { return nil }
        let request = Request(due: ring[start], number: number)
        start = (start + 1) & (ring.count - 1)
        count -= 1
        number &+= 1
        return request
    }

    /// For the request that `popFirst` gave last.
    mutating func putBack(_ request: Request) {
        if count == ring.count { grow() }
        start = (start - 1) & (ring.count - 1)
        count += 1
        number = request.number
        self[0] = request.due
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

/// One slot of the connection table. All instants are CLOCK_MONOTONIC nanoseconds.
struct Connection {
    enum State: UInt8 {
        case closed
        case connecting
        case idle
        case busy
    }

    var descriptor: Int32 = -1
    var state = State.closed
    /// Counts the slot's uses, so that an event of a connection that was closed in the same turn is not taken for one of
    /// its successor.
    var generation: UInt32 = 0
    /// When the attempt began (connecting), or the request was written (busy): its time-out counts from here.
    var since: Int64 = 0
    /// Answers got on this connection; above zero it is a reused one.
    var served = 0
    var request = SentRequest(due: 0, firstSent: 0)
    /// The request on it (or, while connecting, the one it is opened for) was sent before, on a connection that was closed.
    var isRepetition = false
    /// Bytes of the request that the kernel has.
    var written = 0
    /// 0: none yet.
    var firstByte: Int64 = 0
    /// When the kernel had the whole request; 0: it has not, or nobody asks.
    var writtenAt: Int64 = 0
    /// Its own end; 0: nobody asks.
    var port: UInt16 = 0
    var scanner = AnswerScanner(answersHead: false)
    // Links of the list it is on; -1: none.
    var previous: Int32 = -1
    var next: Int32 = -1
}

/// A request that was written, on whichever connection.
struct SentRequest {
    let due: Int64
    /// When it was written for the first time.
    let firstSent: Int64
}

/// Slots in the order in which they were added, linked through the table itself: no memory, every operation O(1).
struct SlotList {
    private(set) var head: Int32 = -1
    private var tail: Int32 = -1
    private(set) var count = 0

    mutating func append(_ slot: Int32, in table: UnsafeMutablePointer<Connection>) {
        table[Int(slot)].previous = tail
        table[Int(slot)].next = -1
        if tail >= 0 { table[Int(tail)].next = slot } else { head = slot }
        tail = slot
        count += 1
    }

    mutating func remove(_ slot: Int32, in table: UnsafeMutablePointer<Connection>) {
        let previous = table[Int(slot)].previous
        let next = table[Int(slot)].next
        if previous >= 0 { table[Int(previous)].next = next } else { head = next }
        if next >= 0 { table[Int(next)].previous = previous } else { tail = previous }
        table[Int(slot)].previous = -1
        table[Int(slot)].next = -1
        count -= 1
    }

    mutating func popFirst(in table: UnsafeMutablePointer<Connection>) -> Int32? {
        guard head >= 0 else { return nil }
        let slot = head
        remove(slot, in: table)
        return slot
    }
}

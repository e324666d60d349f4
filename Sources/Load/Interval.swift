import Measures
package import Recording

/// What the generator's thread has gathered in an interval, handed over whole: one thread owns it at a time (the engine
/// until it is yielded, then the writer until it is given back).
package final class Interval: @unchecked Sendable {
    package static var capacity: Int { 8_192 }

    private let rows: UnsafeMutablePointer<Row>
    private(set) var count = 0
    /// Of the rows that say so, in their order: a connection's first request only.
    private var setUps: [Exchange.SetUp] = []
    /// Of the generator itself: when the loop took up each arrival − when it was due. Waiting for a connection is not in it.
    package var lateness = LatencyCounts()
    var offered = 0
    var completed = 0
    var retries = 0
    var start = Instant.zero
    var end = Instant.zero

    /// An `Exchange` in less than half of its room: what the hot path writes for each request should stay in its cache.
    private struct Row {
        var intended: Int64
        var sent: Int64
        var firstByte: Int64
        var done: Int64
        var outcome: Outcome
        /// 0: nothing is known of its packets, and `written` says nothing.
        var port: UInt16 = 0
        var hasSetUp = false
        var written: Int64 = 0
    }

    package init() {
        rows = .allocate(capacity: Self.capacity)
        // Written once here, so that the hot path meets no page fault.
        rows.initialize(
            repeating: Row(intended: 0, sent: 0, firstByte: 0, done: 0, outcome: .dropped),
            count: Self.capacity
        )
        setUps.reserveCapacity(64)
    }

    deinit { rows.deallocate() }

    package var isFull: Bool { count == Self.capacity }

    /// The parts of an `Exchange`, instants in nanoseconds of the run's axis. The caller hands a full interval over before it
    /// appends.
    @inline(__always)
    package func append(intended: Int64, sent: Int64, firstByte: Int64, done: Int64, _ outcome: Outcome) {
        guard count < Self.capacity else { return }
        rows[count] = Row(
            intended: intended,
            sent: sent,
            firstByte: firstByte,
            done: done,
            outcome: outcome
        )
        count += 1
        completed += 1
    }

    /// What finds its packets; the port is not 0.
    func addToLast(written: Int64, port: UInt16) {
        guard count > 0 else { return }
        rows[count - 1].written = written
        rows[count - 1].port = port
    }

    func addToLast(_ setUp: Exchange.SetUp) {
        guard count > 0, !rows[count - 1].hasSetUp else { return }
        rows[count - 1].hasSetUp = true
        setUps.append(setUp)
    }

    /// In the order in which they were appended; the array's room is used again.
    func copyExchanges(into exchanges: inout [Exchange]) {
        exchanges.removeAll(keepingCapacity: true)
        var setUp = setUps.makeIterator()
        for row in UnsafeBufferPointer(start: rows, count: count) {
            exchanges.append(
                Exchange(
                    intended: Instant(nanoseconds: row.intended),
                    sent: Instant(nanoseconds: row.sent),
                    firstByte: Instant(nanoseconds: row.firstByte),
                    done: Instant(nanoseconds: row.done),
                    outcome: row.outcome,
                    onWire: row.port == 0
                        ? nil : Exchange.OnWire(written: Instant(nanoseconds: row.written), port: row.port),
                    setUp: row.hasSetUp ? setUp.next() : nil
                )
            )
        }
    }

    /// Keeps the lateness.
    package func restart() {
        count = 0
        setUps.removeAll(keepingCapacity: true)
        offered = 0
        completed = 0
        retries = 0
    }

    func clear() {
        restart()
        lateness.clear()
    }
}

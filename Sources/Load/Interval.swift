import Measures
package import Recording

/// What the generator's thread has gathered in an interval, handed over whole: one thread owns it at a time (the engine
/// until it is yielded, then the writer until it is given back).
package final class Interval: @unchecked Sendable {
    package static var capacity: Int { 8_192 }

    private let exchanges: UnsafeMutablePointer<Exchange>
    private(set) var count = 0
    /// Of the generator itself: when the loop took up each arrival − when it was due. Waiting for a connection is not in it.
    package var lateness = LatencyCounts()
    var offered = 0
    var completed = 0
    var retries = 0
    var start = Instant.zero
    var end = Instant.zero

    package init() {
        exchanges = .allocate(capacity: Self.capacity)
        let instant = Instant.zero
        // Written once here, so that the hot path meets no page fault.
        exchanges.initialize(
            repeating: Exchange(
                intended: instant,
                sent: instant,
                firstByte: instant,
                done: instant,
                outcome: .dropped
            ),
            count: Self.capacity
        )
    }

    deinit { exchanges.deallocate() }

    package var isFull: Bool { count == Self.capacity }

    /// The caller hands a full interval over before it appends.
    @inline(__always)
    package func append(_ exchange: Exchange) {
        guard count < Self.capacity else { return }
        exchanges[count] = exchange
        count += 1
        completed += 1
    }

    var recorded: [Exchange] { Array(UnsafeBufferPointer(start: exchanges, count: count)) }

    /// Keeps the lateness.
    package func restart() {
        count = 0
        offered = 0
        completed = 0
        retries = 0
    }

    func clear() {
        restart()
        _ = lateness.take()
    }
}

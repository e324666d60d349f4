import Measures
import Recording

/// What the generator's thread has gathered in an interval, handed over whole: one thread owns it at a time (the engine
/// until it is yielded, then the writer until it is given back).
final class Interval: @unchecked Sendable {
    static let capacity = 16_384

    private let exchanges: UnsafeMutablePointer<Exchange>
    private(set) var count = 0
    /// Of the generator itself: when the loop took up each arrival − when it was due. Waiting for a connection is not in it.
    var lateness = LatencyHistogram()
    var offered = 0
    var completed = 0
    var retries = 0
    var start = Instant.zero
    var end = Instant.zero

    init() {
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

    var isFull: Bool { count == Self.capacity }

    /// The caller hands a full interval over before it appends.
    @inline(__always)
    func append(_ exchange: Exchange) {
        guard count < Self.capacity else { return }
        exchanges[count] = exchange
        count += 1
        completed += 1
    }

    var recorded: [Exchange] { Array(UnsafeBufferPointer(start: exchanges, count: count)) }

    func clear() {
        count = 0
        offered = 0
        completed = 0
        retries = 0
        lateness = LatencyHistogram()
    }
}

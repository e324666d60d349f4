import Synchronization

/// The way of intervals from the generator's thread to the writer and back. Only its two ends are shared; the hot path
/// crosses it once a second.
final class IntervalExchange: Sendable {
    let filled: AsyncStream<Interval>
    private let continuation: AsyncStream<Interval>.Continuation
    private let spare: Mutex<[Interval]>

    init() {
        (filled, continuation) = AsyncStream.makeStream(of: Interval.self)
        spare = Mutex([Interval(), Interval()])
    }

    /// A clean interval: one given back, or a new one while the writer is behind (the generator never waits for it).
    func take() -> Interval {
        spare.withLock { $0.popLast() } ?? Interval()
    }

    func handOver(_ interval: Interval) {
        continuation.yield(interval)
    }

    func finish() {
        continuation.finish()
    }

    /// Two are enough when the writer keeps up; those made while it was behind are let go.
    func giveBack(_ interval: Interval) {
        interval.clear()
        spare.withLock { if $0.count < 2 { $0.append(interval) } }
    }
}

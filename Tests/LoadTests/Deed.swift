import LinuxSystem
import Synchronization

/// What a test did to a server, and when: on a busy machine that is not when it was to. Seconds on the run's axis, each from
/// the last instant before to the first after.
final class Deed: Sendable {
    private let stamps = Mutex<(begin: ClosedRange<Double>, end: ClosedRange<Double>)>((0...0, 0...0))

    var begin: ClosedRange<Double> { stamps.withLock { $0.begin } }
    var end: ClosedRange<Double> { stamps.withLock { $0.end } }

    /// At this instant after the axis' zero (CLOCK_MONOTONIC, ns), or as soon as the machine lets it.
    func begin(at seconds: Double, _ zero: Int64, _ act: () throws -> Void) rethrows {
        let stamp = try Self.stamped(seconds, zero, act)
        stamps.withLock { $0.begin = stamp }
    }

    func end(at seconds: Double, _ zero: Int64, _ act: () throws -> Void) rethrows {
        let stamp = try Self.stamped(seconds, zero, act)
        stamps.withLock { $0.end = stamp }
    }

    private static func stamped(_ seconds: Double, _ zero: Int64, _ act: () throws -> Void) rethrows
        -> ClosedRange<Double>
    {
        Clocks.sleepUntil(monotonic: zero + Int64(seconds * 1e9))
        let before = Clocks.monotonic()
        try act()
        return Double(before - zero) / 1e9...Double(Clocks.monotonic() - zero) / 1e9
    }
}

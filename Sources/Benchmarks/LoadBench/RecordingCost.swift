import CAllocations
import LinuxSystem
import Load
import Measures
import Recording

/// What the loop does to record one request, clock readings apart: its lateness and its exchange.
enum RecordingCost {
    private static let count = 10_000_000

    static func show() {
        print("\nRecording one exchange, clock readings apart, \(count) of them")
        let interval = Interval()
        var cost = [Double](repeating: 0, count: 5)
        var allocations: UInt64 = 0
        for round in cost.indices {
            let before = callocations_count()
            let start = Clocks.threadTime()
            record(interval)
            cost[round] = Double(Clocks.threadTime() - start) / Double(count)
            allocations += callocations_count() - before
        }
        print(
            "  \(cost.sorted()[2].fixed(2)) ns, \(allocations) allocations in \(5 * count)   (goal under 10 ns, none)"
        )
    }

    /// The writer's part, to empty the interval, is left out: a real one is handed over.
    private static func record(_ interval: Interval) {
        for index in 0..<Int64(count) {
            if interval.isFull { interval.restart() }
            let due = index &* 7_700
            interval.lateness.record(nanoseconds: index & 0x3fff)
            interval.append(
                intended: due,
                sent: due &+ 700,
                firstByte: due &+ 90_000,
                done: due &+ 91_000,
                .answered(status: 200)
            )
        }
    }
}

import LinuxSystem
import Measures

/// One thread that uses a share of one CPU from an instant on, until its process ends.
struct CPUStress: Sendable {
    let load: Share

    func run(from start: Int64) -> Never {
        try? CurrentThread.setTimerSlack(nanoseconds: 1)
        Clocks.sleepUntil(monotonic: start)
        var cycle = DutyCycle(load: load)
        var began = Clocks.monotonic()
        var usedBefore = Clocks.threadTime()
        while true {
            let end = began + cycle.period
            let limit = usedBefore + cycle.budget
            while Clocks.threadTime() < limit, Clocks.monotonic() < end { Self.work() }
            // At full load there is nothing to wait for, and each sleep would cost.
            if load != .one { Clocks.sleepUntil(monotonic: end) }
            let used = Clocks.threadTime()
            cycle.finish(used: used - usedBefore)
            usedBefore = used
            began = max(end, Clocks.monotonic() - cycle.period)
        }
    }

    /// About 10 µs of arithmetic whose result matters, so that it is not left out.
    @inline(never)
    private static func work() {
        var value: UInt64 = 0x9e37_79b9_7f4a_7c15
        for _ in 0..<4000 {
            value ^= value << 13
            value ^= value >> 7
            value ^= value << 17
        }
        if value == 0 { CurrentThread.setName("none") }
    }
}

import LinuxSystem
import Measures
import Plan
import Schedule
import Timeline

/// Watches a run that goes: its guards, its live line, its end.
struct RunFollower: Sendable {
    let plan: Plan
    let schedule: Schedule
    let observer: any RunObserver
    let stopSwitch: StopSwitch

    /// Waits for the end, a stop or a guard; then for the loads to account for every request.
    func follow(zero: Int64, recorder: Recorder) async {
        let slowest = plan.loads.map(\.request.timeout).max() ?? .zero
        let drain = slowest + .seconds(4)
        let end = schedule.end + drain
        var nextSecond: Int64 = 1
        while true {
            let now = Instant(nanoseconds: Clocks.monotonic() - zero)
            if now >= end || stopSwitch.reason != nil { return }
            if now >= schedule.end, await recorder.finishedLoads.count >= plan.loads.count { return }
            if let refused = await recorder.refusedStart { stopSwitch.stop(.clockUnknown(refused)) }
            if now.nanoseconds >= nextSecond * 1_000_000_000, now < schedule.end {
                // Outcomes arrive up to a time-out and a second after the intended start.
                let known = now - (slowest + .seconds(1))
                if let fired = await recorder.firedGuard(known: known) { stopSwitch.stop(.guarded(fired)) }
                await tick(at: now, recorder: recorder)
                nextSecond = now.nanoseconds / 1_000_000_000 + 1
            }
            _ = await stopSwitch.wait(atMost: .milliseconds(50))
        }
    }

    private func tick(at now: Instant, recorder: Recorder) async {
        let figures = await recorder.figures(second: now.nanoseconds / 1_000_000_000 - 2)
        let count = figures.latencies.count
        let p99 = figures.latencies.bounds(ofRank: count - count / 100)?.upperBound
        let active = schedule.faults.filter { $0.start <= now && now < $0.end }.map(\.id)
        observer.tick(
            RunTick(
                at: now,
                end: schedule.end,
                due: figures.due,
                good: figures.good,
                p99: p99,
                active: active
            )
        )
    }
}

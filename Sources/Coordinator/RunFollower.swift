import LinuxSystem
import Load
import Measures
import Plan
import Schedule
import Timeline

/// Watches a run that goes: its guards, its live line, its end, which may be early.
struct RunFollower: Sendable {
    let plan: Plan
    let schedule: Schedule
    let observer: any RunObserver
    let stopSwitch: StopSwitch

    /// After the end of a second until all that it had to tell has come, from other hosts too.
    private static let telling = Duration.milliseconds(300)

    /// Waits for the end, a stop or a guard; then for the loads to account for every request.
    func follow(zero: Int64, recorder: Recorder) async {
        let slowest = plan.loads.map(\.request.timeout).max() ?? .zero
        // In the end they look at what is there.
        let looking = plan.histories.map(HistoryRun.mostAfterEnd).max() ?? .zero
        let drain = max(slowest, looking) + .seconds(4)
        let end = schedule.end + drain
        var nextSecond: Int64 = 1
        while true {
            let now = Instant(nanoseconds: Clocks.monotonic() - zero)
            if now >= end || stopSwitch.reason != nil { return }
            if let halted = await recorder.halted { stopSwitch.stop(.halted(halted)) }
            if now >= schedule.end, await recorder.isFinished { return }
            if let refused = await recorder.refusedStart { stopSwitch.stop(.clockUnknown(refused)) }
            if now.nanoseconds >= nextSecond * 1_000_000_000 + Self.telling.nanoseconds {
                // Outcomes arrive up to a time-out and a second after the intended start.
                let known = now - (slowest + .seconds(1))
                if now < schedule.end, let fired = await recorder.firedGuard(known: known) {
                    stopSwitch.stop(.guarded(fired))
                }
                if now < schedule.end, let decided = await recorder.decidedEarly(known: known) {
                    observer.stage(decided)
                    stopSwitch.stop(.decided(decided))
                }
                await tick(at: now, known: known, recorder: recorder)
                nextSecond = (now - Self.telling).nanoseconds / 1_000_000_000 + 1
            }
            _ = await stopSwitch.wait(atMost: .milliseconds(50))
        }
    }

    /// Also while the last outcomes are waited for, as long as there are any to come.
    private func tick(at now: Instant, known: Instant, recorder: Recorder) async {
        let window = await recorder.figures(until: now.nanoseconds / 1_000_000_000 - 1)
        guard now < schedule.end || window.waiting > 0 else { return }
        let active = schedule.faults.filter { $0.start <= now && now < $0.end }.map(\.id)
        observer.tick(
            RunTick(
                at: now,
                end: schedule.end,
                window: window,
                active: active,
                place: RunPlace(at: now, in: schedule),
                guards: await recorder.guardReadings(known: known)
            )
        )
    }
}

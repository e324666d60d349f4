import Measures
import Recording
import Schedule
import Testing

@testable import Timeline

/// What a window shows beyond the recovery, on recordings of known truth.
@Suite struct AftermathTests {
    private let crash = Recorded.kill("crash", at: .seconds(10), until: .seconds(13))
    private let fast = SpeedRule(threshold: .milliseconds(50), share: 0.99)

    /// 1000/s; dead for a while, and slow for a while.
    private func timeline(
        dead: Range<Duration> = .zero..<(.zero),
        slow: Range<Duration> = .zero..<(.zero),
        end: Duration = .seconds(60),
        faults: [ScheduledFault]? = nil
    ) -> Timeline {
        let exchanges = Recorded.steady(until: end, dead: [dead]).map { exchange in
            let due = exchange.intended.sinceZero
            return slow.contains(due) && !dead.contains(due)
                ? Recorded.answer(at: due, after: .milliseconds(100)) : exchange
        }
        return Recorded.timeline(exchanges, faults: faults ?? [crash], end: end, speed: [fast])
    }

    @Test("from the start until recovered: requests, and slices counted from the start")
    func untilRecovered() throws {
        let aftermath = try #require(
            timeline(dead: .milliseconds(10_500)..<(.milliseconds(12_250))).faults.first?.aftermath
        )
        // 10 s to 12.25 s: three slices, of which all hold a bad one.
        #expect(
            aftermath.untilRecovered == Aftermath.Affected(due: 2250, good: 500, slices: 3, badSlices: 3)
        )
        #expect(aftermath.bursts.count == 1)
        #expect(aftermath.bursts.longest == 1750)
        #expect(aftermath.until == Instant(.seconds(60)))
    }

    @Test("without an impact the fault's own time is looked at")
    func noImpact() throws {
        let aftermath = try #require(timeline().faults.first?.aftermath)
        #expect(
            aftermath.untilRecovered == Aftermath.Affected(due: 3000, good: 3000, slices: 3, badSlices: 0)
        )
        #expect(aftermath.degraded == .zero)
        #expect(aftermath.baseline?.after == .zero)
        #expect(aftermath.baseline?.censored == false)
    }

    @Test("latency that lags success is degraded time, and its return is later than the recovery")
    func lag() throws {
        let fault = try #require(
            timeline(dead: .seconds(10)..<(.seconds(12)), slow: .seconds(12)..<(.seconds(19))).faults.first
        )
        #expect(fault.recovery.timeToRecover == .seconds(2))
        let aftermath = try #require(fault.aftermath)
        #expect(aftermath.degraded == .seconds(7))
        let back = try #require(aftermath.baseline)
        #expect(!back.censored)
        // To a column's width.
        #expect(abs(back.after.seconds - 9) <= 0.11)
        #expect(back.held >= .seconds(29))
        #expect(back.level >= .milliseconds(5))
        #expect(back.level < .milliseconds(6))
    }

    @Test("a window that ends too soon censors the return of the latency")
    func censored() throws {
        let next = Recorded.kill("again", at: .seconds(22), until: .seconds(23))
        let fault = try #require(
            timeline(slow: .seconds(10)..<(.seconds(19)), faults: [crash, next]).faults.first
        )
        let back = try #require(fault.aftermath?.baseline)
        #expect(back.censored)
        #expect(back.after > .seconds(6))
        #expect(fault.aftermath?.until == Instant(.seconds(22)))
        #expect(fault.aftermath?.degraded == .seconds(9))
    }

    @Test("without a latency target nothing is degraded time, without a baseline nothing is compared")
    func notAsked() throws {
        let early = Recorded.kill("crash", at: .zero, until: .seconds(1))
        let timeline = Recorded.timeline(
            Recorded.steady(until: .seconds(5)),
            faults: [early],
            end: .seconds(5)
        )
        let aftermath = try #require(timeline.faults.first?.aftermath)
        #expect(aftermath.degraded == nil)
        #expect(aftermath.baseline == nil)
    }
}

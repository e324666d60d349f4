import Measures
import Recording
import Testing

@testable import Timeline

/// Whose a request is that was due before a fault began and was broken by it.
@Suite struct RequestsUnderWayTests {
    private let stall = Recorded.kill("stall", at: .seconds(2), until: .seconds(3))
    private let crash = Recorded.kill("crash", at: .seconds(6), until: .seconds(7))

    /// 1000/s; of those due in the last milliseconds before the crash so many are broken half a millisecond after it began.
    private func exchanges(stalled: Range<Duration>, broken: Int, dead: Range<Duration>) -> [Exchange] {
        Recorded.steady(until: .seconds(10), dead: [stalled, dead]).map { exchange in
            let left = (Instant(.seconds(6)) - exchange.intended).nanoseconds
            guard left > 0, left <= Int64(broken) * 1_000_000 else { return exchange }
            return Recorded.refused(
                at: exchange.intended.sinceZero,
                after: Duration(nanoseconds: left) + .microseconds(500)
            )
        }
    }

    @Test(
        "requests under way at a kill are the kill's, not those of the stall before it",
        arguments: [
            1_000_000, 100,
        ]
    )
    func underWay(exactMarks: Int) throws {
        let timeline = Recorded.timeline(
            exchanges(
                stalled: .seconds(2)..<(.milliseconds(2500)),
                broken: 20,
                dead: .seconds(6)..<(.milliseconds(6300))
            ),
            faults: [stall, crash],
            end: .seconds(10),
            exactMarks: exactMarks
        )
        let first = try #require(timeline.faults.first).recovery
        #expect(first.bad == 500)
        #expect(!first.censored)
        #expect(first.timeToRecover == .milliseconds(500))
        let second = try #require(timeline.faults.last).recovery
        #expect(second.bad == 320)
        #expect(second.due == 4020)
        #expect(second.longestBurst == 320)
        #expect(second.timeToImpact == .zero)
        #expect(second.timeToRecover == .milliseconds(300))
        // None is counted twice, none is lost.
        #expect(first.due + second.due == 8000)
    }

    @Test("a kill that breaks only what was under way has an impact")
    func nothingElse() throws {
        let timeline = Recorded.timeline(
            exchanges(stalled: .seconds(2)..<(.milliseconds(2500)), broken: 20, dead: .zero..<(.zero)),
            faults: [stall, crash],
            end: .seconds(10)
        )
        let second = try #require(timeline.faults.last).recovery
        #expect(second.bad == 20)
        #expect(second.timeToRecover == .zero)
        #expect(!second.censored)
    }

    @Test("what an outage had broken before stays that outage's")
    func lastingOutage() throws {
        let timeline = Recorded.timeline(
            exchanges(stalled: .seconds(2)..<(.seconds(6)), broken: 20, dead: .seconds(6)..<(.seconds(7))),
            faults: [stall, crash],
            end: .seconds(10)
        )
        #expect(timeline.faults.first?.recovery.bad == 4000)
        #expect(timeline.faults.first?.recovery.censored == true)
        #expect(timeline.faults.last?.recovery.bad == 1000)
    }

    @Test("a first fault inherits what the baseline had under way")
    func baseline() {
        let timeline = Recorded.timeline(
            exchanges(stalled: .zero..<(.zero), broken: 7, dead: .seconds(6)..<(.milliseconds(6100))),
            faults: [crash],
            end: .seconds(10)
        )
        #expect(timeline.faults.first?.recovery.bad == 107)
        #expect(timeline.loads.first?.byPhase.first?.good == 5993)
    }
}

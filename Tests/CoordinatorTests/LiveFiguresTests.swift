import Measures
import Recording
import Testing

@testable import Coordinator

@Suite struct LiveFiguresTests {
    private static func exchange(due: Double, done: Double, _ outcome: Outcome = .answered(status: 200))
        -> Exchange
    {
        let instant = { (seconds: Double) in Instant(nanoseconds: Int64(seconds * 1e9)) }
        return Exchange(
            intended: instant(due),
            sent: instant(due),
            firstByte: instant(done),
            done: instant(done),
            outcome: outcome
        )
    }

    private static func reading(_ offered: Int, _ completed: Int, late: Int64 = 0) -> GeneratorReading {
        GeneratorReading(load: "a", offered: offered, completed: completed, latenessP99Nanoseconds: late)
    }

    @Test("a stall is seen while it lasts, by those that wait, and in the percentiles when they end")
    func stall() {
        var live = LiveFigures()
        for index in 0..<1_000 {
            let due = Double(index) / 1_000
            live.add(Self.exchange(due: due, done: due + 0.0001), fault: nil)
        }
        live.add(Self.reading(1_000, 1_000), at: Instant(nanoseconds: 1_000_000_000))
        live.add(Self.reading(1_000, 0), at: Instant(nanoseconds: 2_000_000_000))
        var window = live.figures(until: 1)
        #expect(window.duePerSecond == 1_000 && window.endedPerSecond == 0 && window.waiting == 1_000)
        #expect(window.time(atQuantile: 0.5) ?? .zero < .milliseconds(1))
        for index in 0..<1_000 {
            live.add(Self.exchange(due: 1 + Double(index) / 1_000, done: 2.0001), fault: nil)
        }
        live.add(Self.reading(0, 1_000), at: Instant(nanoseconds: 3_000_000_000))
        window = live.figures(until: 2)
        #expect(window.waiting == 0 && window.ended == 2_000)
        #expect(window.time(atQuantile: 0.99) ?? .zero > .milliseconds(900))
    }

    @Test("errors are counted by kind, and what was not answered is infinitely slow")
    func errors() {
        var live = LiveFigures()
        for index in 0..<90 { live.add(Self.exchange(due: 0, done: 0.5 + Double(index) / 1e3), fault: nil) }
        for _ in 0..<7 { live.add(Self.exchange(due: 0, done: 0.5, .refused), fault: "refused") }
        for _ in 0..<3 { live.add(Self.exchange(due: 0, done: 0.5, .timedOut), fault: "timed out") }
        live.add(Self.reading(100, 100, late: 23_000), at: Instant(nanoseconds: 1_000_000_000))
        let window = live.figures(until: 0)
        #expect(window.time(atQuantile: 0.9) != nil && window.time(atQuantile: 0.91) == nil)
        let tick = RunTick(
            at: Instant(nanoseconds: 2_000_000_000),
            end: Instant(nanoseconds: 60_000_000_000),
            window: window,
            active: ["slow"]
        )
        let text = LiveLine(tick).text(columns: nil)
        #expect(
            text
                == "2 of 60 s  100/s due, 100/s done  p50 \(window.time(atQuantile: 0.5)?.rounded ?? "")  p99 ∞  p99.9 ∞  "
                + "90.0 % good: 7 refused, 3 timed out  late 23.0 µs  [slow]"
        )
        for columns in 0..<200 { #expect(LiveLine(tick).text(columns: columns).count <= max(1, columns)) }
    }

    @Test("what is older than the window is forgotten, and memory with it")
    func bounded() {
        var live = LiveFigures()
        for second in 0..<100 {
            live.add(
                Self.exchange(due: Double(second), done: Double(second) + 0.5, .reset),
                fault: "reset \(second)"
            )
            let window = live.figures(until: Int64(second))
            #expect(window.ended == min(second + 1, Int(LiveFigures.window)))
            #expect(window.errors.count <= Int(LiveFigures.window))
        }
        // One that comes too late does not bring its second back.
        live.add(Self.exchange(due: 1, done: 1.5), fault: nil)
        #expect(live.figures(until: 99).good == 0)
    }
}

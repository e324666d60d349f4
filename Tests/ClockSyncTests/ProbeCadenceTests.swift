import ClockSync
import Measures
import Testing

@Suite("The beat of clock probes")
struct ProbeCadenceTests {
    @Test("is a burst of 64 at 1 ms, then one every 50 ms, and a burst again when asked")
    func beat() {
        var beat = ProbeCadence.Beat(ProbeCadence(), now: 1000)
        var sent: [Int64] = []
        for _ in 0..<70 {
            sent.append(beat.due)
            beat.sent(now: beat.due)
        }
        let gaps = zip(sent.dropFirst(), sent).map { $0 - $1 }
        #expect(gaps.prefix(63).allSatisfy { $0 == 1_000_000 })
        #expect(gaps.dropFirst(63).allSatisfy { $0 == 50_000_000 })
        let now = sent[69] + 10
        beat.beginBurst(now: now)
        #expect(beat.due == now)
        beat.sent(now: now)
        #expect(beat.due == now + 1_000_000)
    }

    @Test("in the steady state is drawn within a quarter of 50 ms either way")
    func jitter() {
        var random = SeededGenerator(seed: 3)
        var beat = ProbeCadence.Beat(ProbeCadence(burst: 0), now: 0)
        var gaps: [Int64] = []
        for _ in 0..<10_000 {
            let last = beat.due
            beat.sent(now: last, draw: random.unit())
            gaps.append(beat.due - last)
        }
        #expect(gaps.allSatisfy { (37_500_000...62_500_000).contains($0) })
        #expect(abs(gaps.reduce(0, +) / 10_000 - 50_000_000) < 500_000)
        #expect(Set(gaps).count > 9000)
    }

    @Test("alarms without end make one burst a second, and not a burst without end")
    func alarms() {
        var beat = ProbeCadence.Beat(ProbeCadence(), now: 0)
        var sent = 0
        while beat.due < 10_000_000_000 {
            let now = beat.due
            beat.sent(now: now)
            sent += 1
            beat.alarm(now: now + 100_000)
        }
        // Ten seconds at 20/s, and 64 more in each.
        #expect((700...910).contains(sent), "\(sent)")
    }

    @Test("a thread that was held up does not make up for what it missed")
    func late() {
        var beat = ProbeCadence.Beat(ProbeCadence(burst: 0), now: 0)
        beat.sent(now: 10_000_000_000)
        #expect(beat.due == 10_025_000_000)
    }
}

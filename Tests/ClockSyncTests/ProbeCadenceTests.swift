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

    @Test("a thread that was held up does not make up for what it missed")
    func late() {
        var beat = ProbeCadence.Beat(ProbeCadence(burst: 0), now: 0)
        beat.sent(now: 10_000_000_000)
        #expect(beat.due == 10_025_000_000)
    }
}

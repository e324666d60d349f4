import Measures
import Plan
import Testing

@testable import Schedule

/// A trace's arrivals, a million of them.
@Suite struct TraceArrivalTests {
    private func arrivals(_ trace: ArrivalTrace, nanoseconds: Int64) -> ArrivalSequence {
        ArrivalSequence(
            process: .trace(trace),
            end: Instant(nanoseconds: nanoseconds),
            seed: 1,
            load: "browse"
        )
    }

    /// A million drawn instants, some of them equal.
    private static let instants: [Int64] = {
        var generator = SeededGenerator(seed: 11, stream: "instants")
        var last: Int64 = 0
        return (0..<1_000_000).map { _ in
            last += Int64.random(in: 0...200_000, using: &generator)
            return last
        }
    }()

    @Test("a million arrivals are due when the trace says, to the nanosecond")
    func instants() {
        let due = arrivals(ArrivalTrace(shape: .instants(Self.instants)), nanoseconds: .max).map(
            \.nanoseconds
        )
        #expect(due == Self.instants)
    }

    @Test(
        "at another speed each is due at its own place divided by it, rounded to the nanosecond",
        arguments: [
            1, 333, 999, 1001, 2000, 1_000_000,
        ] as [Int64]
    )
    func speeds(_ thousandths: Int64) {
        let trace = ArrivalTrace(
            shape: .instants(Self.instants),
            speed: ReplaySpeed(thousandths: thousandths)
        )
        var index = 0
        var worst: Int128 = 0
        for due in arrivals(trace, nanoseconds: .max) {
            let error = Int128(due.nanoseconds) * Int128(thousandths) - Int128(Self.instants[index]) * 1000
            worst = max(worst, error.magnitude > Int128.max.magnitude ? .max : Int128(error.magnitude))
            index += 1
        }
        #expect(index == 1_000_000)
        // Half a nanosecond of the run.
        #expect(worst * 2 <= Int128(thousandths))
    }

    @Test("what is due at the end or later is not due, and what is over stays over")
    func ends() {
        let trace = ArrivalTrace(shape: .instants([0, 5, 5, 10]))
        #expect(arrivals(trace, nanoseconds: 10).map(\.nanoseconds) == [0, 5, 5])
        var sequence = arrivals(trace, nanoseconds: 5)
        while sequence.next() != nil {}
        for _ in 0..<5 { #expect(sequence.next() == nil) }
        var whole = arrivals(trace, nanoseconds: 1_000)
        #expect((0..<4).allSatisfy { _ in whole.next() != nil } && whole.next() == nil && whole.next() == nil)
    }

    @Test("a trace that repeats has the same arrivals in each period, for a million of them")
    func repetition() {
        let pass: [Int64] = [0, 7, 7, 400, 999]
        let trace = ArrivalTrace(
            shape: .instants(pass),
            speed: ReplaySpeed(thousandths: 500),
            period: .nanoseconds(1_000)
        )
        var count = 0
        var isRight = true
        for due in arrivals(trace, nanoseconds: 400_000_000) {
            isRight = isRight && due.nanoseconds == (pass[count % 5] + Int64(count / 5) * 1_000) * 2
            count += 1
        }
        #expect(isRight && count == 1_000_000)
    }

    @Test("each interval has as many arrivals as it counts, evenly spaced from its start")
    func counts() {
        var generator = SeededGenerator(seed: 12, stream: "counts")
        let counts = (0..<1_000).map { _ in Double(Int.random(in: 0...2_000, using: &generator)) }
        let every = Duration.milliseconds(250)
        let trace = ArrivalTrace(shape: .counts(TraceCounts(start: 77, every: every, counts: counts)))
        var found = [Int](repeating: 0, count: counts.count)
        var worst = 0.0
        for due in arrivals(trace, nanoseconds: .max) {
            let interval = Int((due.nanoseconds - 77) / every.nanoseconds)
            let place = Double(found[interval]) * Double(every.nanoseconds) / counts[interval]
            worst = max(
                worst,
                abs(Double(due.nanoseconds - 77 - Int64(interval) * every.nanoseconds) - place)
            )
            found[interval] += 1
        }
        #expect(found.map(Double.init) == counts)
        #expect(found.reduce(0, +) > 900_000 && worst <= 0.51)
    }

    @Test(
        "of counts with fractions the k-th arrival is due when their sum reaches k",
        arguments: [
            Duration?.none, .seconds(10),
        ]
    )
    func fractions(_ period: Duration?) {
        let counts = TraceCounts(every: .seconds(1), counts: [0.25, 0, 1_000.5, 0.125, 33.375, 0])
        let trace = ArrivalTrace(shape: .counts(counts), period: period)
        let end = Instant(nanoseconds: 10_000_000_000_000)
        let process = ArrivalProcess.trace(trace)
        var k = 0.0
        var worst = 0.0
        for due in arrivals(trace, nanoseconds: end.nanoseconds).prefix(3_001) {
            let before = process.expectedCount(until: Instant(nanoseconds: due.nanoseconds - 1), of: end)
            let after = process.expectedCount(until: Instant(nanoseconds: due.nanoseconds + 1), of: end)
            worst = max(worst, before - k, k - after)
            k += 1
        }
        #expect(k == (period == nil ? 1_035 : 3_001))
        #expect(worst < 1e-5, "\(worst) arrivals beside")
    }

    @Test("the expected count is that of the arrivals before an instant")
    func expectedCount() {
        let pass: [Int64] = [3, 7, 7, 400, 999]
        for period in [Duration?.none, .nanoseconds(1_100)] {
            for thousandths in [1000, 700, 3000] as [Int64] {
                let trace = ArrivalTrace(
                    shape: .instants(pass),
                    speed: ReplaySpeed(thousandths: thousandths),
                    period: period
                )
                let all = arrivals(trace, nanoseconds: 6_000).map(\.nanoseconds)
                for instant in Int64(0)..<6_000 {
                    #expect(trace.expected(before: instant) == Double(all.count { $0 < instant }))
                }
            }
        }
    }

    @Test("the highest rate is what one second of the replay holds")
    func highest() {
        let burst = ArrivalTrace(
            shape: .instants([0, 900_000_000, 1_000_000_000, 1_100_000_000, 5_000_000_000])
        )
        #expect(ArrivalProcess.trace(burst).highestPerSecond == 3)
        let fast = ArrivalTrace(shape: burst.shape, speed: ReplaySpeed(thousandths: 10_000))
        #expect(ArrivalProcess.trace(fast).highestPerSecond == 5)
    }

    @Test("counts of which nothing comes for long reach the end")
    func rare() {
        let counts = TraceCounts(every: .seconds(1), counts: [0.000001, 0])
        let trace = ArrivalTrace(shape: .counts(counts), period: .seconds(2))
        #expect(arrivals(trace, nanoseconds: 3_600_000_000_000).map(\.nanoseconds) == [0])
    }
}

import Foundation
import Measures
import Plan
import Testing

@testable import Schedule

@Suite struct ArrivalTests {
    private func arrivals(_ process: ArrivalProcess, seconds: Double, seed: UInt64 = 1) -> ArrivalSequence {
        ArrivalSequence(
            process: process,
            end: Instant(nanoseconds: Int64(seconds * 1e9)),
            seed: seed,
            load: "browse"
        )
    }

    /// Checks the order and the end; returns the number of arrivals.
    private func checkedCount(_ sequence: ArrivalSequence, seconds: Double) -> Int {
        var count = 0
        var last = Instant.zero
        var ordered = true
        for instant in sequence {
            ordered = ordered && instant >= last && instant.seconds < seconds
            last = instant
            count += 1
        }
        #expect(ordered)
        return count
    }

    @Test func `a constant rate is exact to the nanosecond after a million arrivals`() {
        // 1/3 ms does not fit nanoseconds: adding gaps would be off by a third of a nanosecond each time.
        var worst = Int64(0)
        var k = Int64(0)
        for instant in arrivals(.constant(perSecond: 3000), seconds: 400) {
            // k/3000 s, rounded to nanoseconds, in whole numbers.
            worst = max(worst, abs(instant.nanoseconds - (k * 1_000_000 + 1) / 3))
            k += 1
        }
        #expect(k == 1_200_000)
        #expect(worst == 0)
    }

    @Test(arguments: [
        ("ends are half-open", 10.0, 1.0, 10), ("the last lies before the end", 10, 1.05, 11),
        ("fewer than one", 0.5, 1, 1), ("the highest rate", 200_000, 0.5, 100_000),
    ])
    func `a constant rate has this many arrivals`(
        _ reason: String,
        _ rate: Double,
        _ seconds: Double,
        _ count: Int
    ) {
        #expect(
            checkedCount(arrivals(.constant(perSecond: rate), seconds: seconds), seconds: seconds) == count,
            "\(reason)"
        )
    }

    @Test(arguments: [(0.0, 2000.0), (2000, 0), (500, 1500), (1500, 500), (1000, 1000), (0.1, 1999.9)])
    func `a ramp puts the k-th arrival where the integral of the rate is k`(_ from: Double, _ to: Double) {
        let seconds = 1000.0
        var worst = 0.0
        var k = 0.0
        for instant in arrivals(.ramp(fromPerSecond: from, toPerSecond: to), seconds: seconds) {
            let t = instant.seconds
            let integral = from * t + (to - from) * t * t / (2 * seconds)
            // Half a nanosecond at the rate there, and the rounding of a Double of a million.
            worst = max(worst, abs(integral - k))
            k += 1
        }
        #expect(abs(k - 1_000_000) <= 1)
        #expect(worst < 2e-6)
    }

    @Test func `a ramp's expected count is its own`() {
        for (from, to) in [(0.0, 30.0), (30, 0), (7, 9)] {
            let sequence = arrivals(.ramp(fromPerSecond: from, toPerSecond: to), seconds: 10)
            let count = checkedCount(sequence, seconds: 10)
            #expect(abs(Double(count) - sequence.expectedCount) <= 1)
        }
    }

    @Test func `Poisson's gaps are exponential`() {
        let rate = 1000.0
        let sequence = arrivals(.poisson(perSecond: rate), seconds: 1000)
        var gaps: [Double] = []
        var last = 0.0
        for instant in sequence {
            gaps.append(instant.seconds - last)
            last = instant.seconds
        }
        let n = Double(gaps.count)
        // Number: Poisson(10^6), standard deviation 1000; six of them.
        #expect(abs(n - sequence.expectedCount) < 6000)
        // Kolmogorov-Smirnov against 1 - e^(-λx): at 10^6 gaps, D < 2.2/√n fails once in 10^4 for a right generator.
        gaps.sort()
        var distance = 0.0
        for (index, gap) in gaps.enumerated() {
            let expected = 1 - exp(-rate * gap)
            distance = max(distance, abs(expected - Double(index) / n), abs(expected - Double(index + 1) / n))
        }
        #expect(distance < 2.2 / n.squareRoot())
    }

    @Test func `Poisson's gaps do not remember the last one`() {
        var last = 0.0
        var gaps: [Double] = []
        for instant in arrivals(.poisson(perSecond: 1000), seconds: 1000) {
            gaps.append((instant.seconds - last) * 1000 - 1)
            last = instant.seconds
        }
        let products = zip(gaps, gaps.dropFirst()).map { $0 * $1 }
        // Correlation of lag one: standard deviation 1/√n.
        let correlation = products.reduce(0, +) / Double(products.count)
        #expect(abs(correlation) < 6 / Double(products.count).squareRoot())
    }

    @Test func `the number in a second is Poisson: as variable as it is large`() {
        var counts = [Int](repeating: 0, count: 10_000)
        for instant in arrivals(.poisson(perSecond: 100), seconds: 10_000) {
            counts[Int(instant.seconds)] += 1
        }
        let mean = Double(counts.reduce(0, +)) / 10_000
        let variance = counts.map { (Double($0) - mean) * (Double($0) - mean) }.reduce(0, +) / 9_999
        // Of 10^4 counts the ratio has standard deviation √(2/10^4) = 0.014; six of them.
        #expect(abs(variance / mean - 1) < 0.085)
    }

    @Test(arguments: [0.0003, 1, 500, 200_000])
    func `arrivals never go back and end before the end`(_ rate: Double) {
        let seconds = 100_000 / rate
        _ = checkedCount(arrivals(.constant(perSecond: rate), seconds: seconds), seconds: seconds)
        _ = checkedCount(arrivals(.poisson(perSecond: rate), seconds: seconds), seconds: seconds)
        _ = checkedCount(
            arrivals(.ramp(fromPerSecond: rate, toPerSecond: 0), seconds: seconds),
            seconds: seconds
        )
        _ = checkedCount(
            arrivals(.ramp(fromPerSecond: 0, toPerSecond: rate), seconds: seconds),
            seconds: seconds
        )
    }

    /// Rates that the million arrivals of one run are checked against: their own integral counts to each.
    private static let shapes: [(String, ArrivalProcess, Double)] = [
        (
            "steps, one of them a pause",
            .steps([
                RateStep(perSecond: 1000, lasting: .milliseconds(100_500)),
                RateStep(perSecond: 0, lasting: .seconds(7)),
                RateStep(perSecond: 3.7, lasting: .milliseconds(333)),
                RateStep(perSecond: 4500, lasting: .seconds(1)),
            ]), 310
        ),
        ("one step", .steps([RateStep(perSecond: 5000, lasting: .milliseconds(1))]), 200),
        (
            "a sine that touches zero",
            .sine(SineRate(meanPerSecond: 5000, amplitudePerSecond: 5000, period: .seconds(10))), 200
        ),
        (
            "a fast sine",
            .sine(SineRate(meanPerSecond: 5000, amplitudePerSecond: 4999.5, period: .milliseconds(100))), 200
        ),
        (
            "a slow sine",
            .sine(SineRate(meanPerSecond: 5000, amplitudePerSecond: 10, period: .seconds(86_400))), 200
        ),
    ]

    @Test(arguments: 0..<5)
    func `the k-th of a million arrivals is due when the rate's integral reaches k`(_ index: Int) {
        let (what, process, seconds) = Self.shapes[index]
        let end = Instant(nanoseconds: Int64(seconds * 1e9))
        var count = 0.0
        var worst = 0.0
        var last = Instant.zero
        for instant in arrivals(process, seconds: seconds) {
            // At the instant itself, to the nanosecond that it is rounded to.
            let before = process.expectedCount(until: Instant(nanoseconds: instant.nanoseconds - 1), of: end)
            let after = process.expectedCount(until: Instant(nanoseconds: instant.nanoseconds + 1), of: end)
            worst = max(worst, before - count, count - after)
            #expect(instant >= last)
            last = instant
            count += 1
        }
        #expect(count > 900_000, "\(what)")
        #expect(worst < 1e-5, "\(what): \(worst) arrivals beside")
        #expect(abs(count - process.expectedCount(until: end, of: end)) <= 1, "\(what)")
    }

    @Test func `sine and cosine are right to some units in the last place`() {
        var generator = SeededGenerator(seed: 6)
        var worst = 0.0
        for _ in 0..<200_000 {
            let turns = (generator.unit() - 0.5) * 64
            worst = max(
                worst,
                abs(Trigonometry.sine(turns: turns) - sin(2 * .pi * (turns - turns.rounded())))
            )
            worst = max(
                worst,
                abs(Trigonometry.cosine(turns: turns) - cos(2 * .pi * (turns - turns.rounded())))
            )
        }
        #expect(worst < 1e-15)
        #expect(Trigonometry.sine(turns: 0.25) == 1 && Trigonometry.cosine(turns: 0.5) == -1)
    }

    @Test func `what is over stays over`() {
        for process: ArrivalProcess in [
            .constant(perSecond: 10), .poisson(perSecond: 10), .ramp(fromPerSecond: 10, toPerSecond: 0),
        ] {
            for seed: UInt64 in 0..<200 {
                var sequence = arrivals(process, seconds: 1, seed: seed)
                while sequence.next() != nil {}
                for _ in 0..<5 { #expect(sequence.next() == nil) }
            }
        }
    }

    @Test func `a rate of nothing has no arrivals`() {
        #expect(Array(arrivals(.constant(perSecond: 0), seconds: 10)).isEmpty)
        #expect(Array(arrivals(.poisson(perSecond: 0), seconds: 10)).isEmpty)
    }

    @Test func `seed and load each have their own arrivals`() {
        let end = Instant(nanoseconds: 1_000_000_000)
        let make = { (seed: UInt64, load: String) in
            Array(ArrivalSequence(process: .poisson(perSecond: 100), end: end, seed: seed, load: load))
        }
        #expect(make(1, "a") == make(1, "a"))
        #expect(make(1, "a") != make(2, "a"))
        #expect(make(1, "a") != make(1, "b"))
    }

    @Test func `arrivals are the same on every machine and in every version`() {
        let first = arrivals(.poisson(perSecond: 1000), seconds: 1, seed: 42).prefix(4).map(\.nanoseconds)
        #expect(first == [205_749, 719_439, 806_490, 828_768])
    }

    @Test func `the logarithm is right to two units in the last place`() {
        var generator = SeededGenerator(seed: 5)
        var worst = 0.0
        for index in 0..<200_000 {
            let unit = 1 - generator.unit()
            // Also near one, where cancellation would show, and very small.
            let x = index % 3 == 0 ? unit : index % 3 == 1 ? 1 - unit * 1e-6 : unit * 0x1p-40
            let right = log(x)
            worst = max(worst, abs(naturalLogarithm(x) - right) / max(right.ulp, .leastNonzeroMagnitude))
        }
        #expect(naturalLogarithm(1) == 0)
        #expect(worst <= 2)
    }
}

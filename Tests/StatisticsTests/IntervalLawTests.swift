import Foundation
import Measures
import Statistics
import Testing

struct IntervalLawTests {
    private static let confidences = [0.5, 0.8, 0.95, 0.999]

    @Test("a bound grows with the failures, and shrinks with the trials")
    func monotonic() {
        for n in [1, 2, 7, 100, 1_000_000] {
            for confidence in Self.confidences {
                var last = Interval(lower: -1, upper: -1)
                for x in 0...min(n, 40) {
                    let interval = ClopperPearson.interval(failures: x, of: n, confidence: confidence)
                    #expect(interval.lower <= interval.upper)
                    #expect(interval.lower >= 0 && interval.upper <= 1)
                    #expect(interval.lower > last.lower && interval.upper > last.upper, "n \(n), x \(x)")
                    let more = ClopperPearson.upper(failures: x, of: n + 1, confidence: confidence)
                    #expect(more < ClopperPearson.upper(failures: x, of: n, confidence: confidence) || x == n)
                    last = interval
                }
            }
        }
    }

    @Test("more confidence is a wider interval, in every method")
    func wider() {
        let methods: [(String, (Int, Int, Double) -> Interval)] = [
            ("Clopper-Pearson", { ClopperPearson.interval(failures: $0, of: $1, confidence: $2) }),
            ("Wilson", { Wilson.interval(failures: $0, of: $1, confidence: $2) }),
            ("Agresti-Coull", { AgrestiCoull.interval(failures: $0, of: $1, confidence: $2) }),
            ("Jeffreys", { Jeffreys.interval(failures: $0, of: $1, confidence: $2) }),
            ("uniform", { UniformPrior.interval(failures: $0, of: $1, confidence: $2) }),
            ("mid-P", { MidP.interval(failures: $0, of: $1, confidence: $2) }),
            ("Garwood", { Garwood.interval(events: $0, exposure: Double($1), confidence: $2) }),
        ]
        for (name, method) in methods {
            for (x, n) in [(0, 20), (3, 20), (17, 20), (5, 100_000)] {
                let intervals = Self.confidences.map { method(x, n, $0) }
                for (narrow, wide) in zip(intervals, intervals.dropFirst()) {
                    #expect(wide.lower <= narrow.lower && narrow.upper < wide.upper, "\(name), \(x) of \(n)")
                    // Only ends that are cut do not move.
                    #expect(wide.lower < narrow.lower || wide.lower == 0, "\(name), \(x) of \(n)")
                }
            }
        }
    }

    @Test("good and bad change places: the interval is mirrored")
    func mirrored() {
        for (x, n) in [(0, 9), (1, 10), (37, 100), (999, 1000)] {
            for method in [
                ClopperPearson.interval, Wilson.interval, AgrestiCoull.interval, Jeffreys.interval,
                MidP.interval,
            ] {
                let one = method(x, n, 0.95)
                let other = method(n - x, n, 0.95)
                #expect(abs(one.lower - (1 - other.upper)) < 1e-14)
                #expect(abs(one.upper - (1 - other.lower)) < 1e-14)
            }
        }
    }

    @Test("at its bound, the binomial sum is what the confidence leaves")
    func inverse() {
        for n in [1, 2, 5, 13, 40] {
            for x in 0..<n {
                for confidence in Self.confidences {
                    let upper = ClopperPearson.upper(failures: x, of: n, confidence: confidence)
                    #expect(abs(cumulative(x, n, upper) - (1 - confidence)) < 1e-12, "\(x) of \(n)")
                    let lower = ClopperPearson.lower(failures: x + 1, of: n, confidence: confidence)
                    #expect(abs(1 - cumulative(x, n, lower) - (1 - confidence)) < 1e-12, "\(x + 1) of \(n)")
                }
            }
        }
    }

    @Test("Clopper-Pearson never covers the truth less often than it says; Wilson does")
    func coverage() {
        let n = 25
        let exact = (0...n).map { ClopperPearson.interval(failures: $0, of: n, confidence: 0.9) }
        let score = (0...n).map { Wilson.interval(failures: $0, of: n, confidence: 0.9) }
        var worst = (exact: 1.0, score: 1.0)
        for step in 1..<500 {
            let u = Double(step) / 500
            let probability = (0...n).map { cumulative($0, n, u) - ($0 > 0 ? cumulative($0 - 1, n, u) : 0) }
            let covered = { (intervals: [Interval]) in
                zip(intervals, probability).reduce(0) { $0 + ($1.0.lower <= u && u <= $1.0.upper ? $1.1 : 0) }
            }
            worst = (min(worst.exact, covered(exact)), min(worst.score, covered(score)))
        }
        #expect(worst.exact >= 0.9 - 1e-12)
        #expect(worst.score < 0.88)
    }

    @Test("no counts, however odd, trap; without data nothing is known")
    func oddCounts() {
        let counts = [Int.min, -1, 0, 1, 5, 1 << 40, 1 << 62, .max]
        for n in counts {
            for x in counts {
                for confidence in [-1, 0, 0.95, 1, 2, Double.nan] {
                    let interval = ClopperPearson.interval(failures: x, of: n, confidence: confidence)
                    #expect(interval.lower >= 0 && interval.lower <= interval.upper && interval.upper <= 1)
                    let upper = Jeffreys.upper(failures: x, of: n, confidence: confidence)
                    #expect(upper >= 0 && upper <= 1)
                    let score = Wilson.interval(failures: x, of: n, confidence: confidence)
                    #expect(score.lower >= 0 && score.lower <= score.upper && score.upper <= 1)
                }
            }
        }
        #expect(ClopperPearson.interval(failures: 0, of: 0, confidence: 0.95) == .whole)
        #expect(ClopperPearson.interval(failures: 3, of: 10, confidence: 1) == .whole)
        #expect(Wilson.interval(failures: 0, of: 0, confidence: 0.95) == .whole)
        #expect(MidP.interval(failures: 1, of: 0, confidence: 0.95) == .whole)
        #expect(ZeroFailures.exact(of: 0, confidence: 0.95) == 1)
        #expect(ZeroFailures.exact(of: .min, confidence: 0.95) == 1)
        #expect(Garwood.upper(events: 0, exposure: 0, confidence: 0.95) == .infinity)
        #expect(Garwood.interval(events: .min, exposure: .nan, confidence: 0.95).upper == .infinity)
    }

    @Test("where fractions would take millions of terms, the saddle point has the skewness right")
    func saddlePoint() {
        // Cornish and Fisher: the quantile of Gamma(a) is a + z √a + (z² - 1) / 3 + O(1 / √a).
        let a = 2e10
        let z = 1.644_853_626_951_472_7
        let skewness = (z * z - 1) / 3
        let upper = Garwood.upper(events: Int(a) - 1, exposure: 1, confidence: 0.95)
        #expect(abs(upper - a - z * a.squareRoot() - skewness) < 1e-3)
        let lower = Garwood.interval(events: Int(a), exposure: 1, confidence: 0.9).lower
        #expect(abs(lower - a + z * a.squareRoot() - skewness) < 1e-3)
        // Of 2 × 10^18 trials, the same count has nearly the same law.
        let n = 2e18
        let share = ClopperPearson.upper(failures: Int(a) - 1, of: Int(n), confidence: 0.95)
        #expect(abs(share * n - upper) < 1e-2)
    }

    @Test("digits survive a tiny alpha, and a lower end far below the upper one")
    func digits() {
        // 1 - 0.9999999999 in Doubles is 8 × 10^-8 off.
        let upper = ClopperPearson.upper(failures: 0, of: 1000, confidence: 0.999_999_999_9)
        #expect(abs(upper / -expm1(log(1e-10) / 1000) - 1) < 1e-13)
        // Wilson: lower × upper = p² n / (n + z²), z² = 37.3.
        let wilson = Wilson.interval(failures: 1, of: 1_000_000, confidence: 0.999_999_999)
        let z = 6.109_410_204_869_397
        #expect(abs(wilson.lower * wilson.upper * (1e6 + z * z) * 1e6 - 1) < 1e-14)
    }

    /// P(X ≤ k), summed.
    private func cumulative(_ k: Int, _ n: Int, _ u: Double) -> Double {
        var term = pow(1 - u, Double(n))
        var sum = term
        for j in 0..<k {
            term *= Double(n - j) / Double(j + 1) * u / (1 - u)
            sum += term
        }
        return sum
    }
}

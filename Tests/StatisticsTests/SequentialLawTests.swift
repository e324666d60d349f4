import Measures
import Statistics
import Testing

struct SequentialLawTests {
    @Test("an e-value is fair at its bound: the next trial's mean is what it was")
    func martingale() throws {
        let bound = 0.05
        let process = try #require(EProcess(bound: bound, priorA: 0.5, priorB: 0.5))
        for (x, n) in [(0, 0), (0, 40), (1, 10), (7, 90), (300, 5000)] {
            let now = process.logValue(failures: x, of: n)
            let good = process.logValue(failures: x, of: n + 1)
            let bad = process.logValue(failures: x + 1, of: n + 1)
            let mean = (1 - bound) * exponential(good - now) + bound * exponential(bad - now)
            #expect(abs(mean - 1) < 1e-11, "\(x) of \(n)")
        }
        #expect(process.logValue(failures: 0, of: 0) == 0)
    }

    @Test("a sequence's bounds hold the observed share, and hold Clopper-Pearson's within them")
    func sequenceIsWider() throws {
        let sequence = try #require(ConfidenceSequence())
        for (x, n) in [(0, 2), (0, 50), (1, 50), (20, 50), (50, 50), (10, 1_000_000)] {
            let anytime = sequence.interval(failures: x, of: n, confidence: 0.95)
            let fixed = ClopperPearson.interval(failures: x, of: n, confidence: 0.95)
            #expect(anytime.lower <= fixed.lower && fixed.upper <= anytime.upper, "\(x) of \(n)")
        }
        for (x, n) in [(0, 0), (-5, 0), (.max, .max), (.min, .max), (1 << 61, 1 << 62)] {
            let interval = sequence.interval(failures: x, of: n, confidence: 0.95)
            #expect(interval.lower >= 0 && interval.lower <= interval.upper && interval.upper <= 1)
        }
    }

    @Test("tests that make no sense cannot be made")
    func refused() {
        #expect(SequentialTest(good: 0.01, bad: 0.001, alpha: 0.05, beta: 0.05) == nil)
        #expect(SequentialTest(good: 0, bad: 0.001, alpha: 0.05, beta: 0.05) == nil)
        #expect(SequentialTest(good: 0.001, bad: 0.01, alpha: 0.6, beta: 0.5) == nil)
        #expect(SequentialTest(good: .nan, bad: 0.01, alpha: 0.05, beta: 0.05) == nil)
        #expect(EProcess(bound: 1) == nil)
        #expect(EProcess(bound: 0.1, priorA: 0) == nil)
        #expect(ConfidenceSequence(priorA: -1) == nil)
        #expect(BetaPosterior(failures: 0, of: 1, priorA: .infinity) == nil)
    }

    @Test("predictions for all counts sum to one, and a repeat of a clean run is even odds")
    func predictions() throws {
        for (x, n, a, b) in [(0, 100, 1.0, 1.0), (3, 10, 0.5, 0.5), (0, 0, 0.2, 0.3), (40, 50, 2, 9)] {
            let posterior = try #require(BetaPosterior(failures: x, of: n, priorA: a, priorB: b))
            let all = try (0...60).map { try #require(posterior.probability(atMost: $0, failuresOfNext: 60)) }
            #expect(zip(all, all.dropFirst()).allSatisfy { $0 < $1 || $0 > 1 - 1e-13 })
            #expect(all.last == 1)
            // The last count's own chance, from the other end: as many good trials of none.
            let mirror = try #require(BetaPosterior(failures: n - x, of: n, priorA: b, priorB: a))
            let last = try #require(mirror.probability(atMost: 0, failuresOfNext: 60))
            #expect(abs(1 - all[59] - last) < 1e-13, "\(x) of \(n)")
        }
        let clean = try #require(BetaPosterior(failures: 0, of: 5000, priorA: 1, priorB: 1))
        let again = try #require(clean.probability(atMost: 0, failuresOfNext: 5000))
        #expect(abs(again - 5001.0 / 10_001) < 1e-14)
        #expect(clean.probability(atMost: -1, failuresOfNext: 10) == 0)
        #expect(clean.probability(atMost: 5, failuresOfNext: .min) == 1)
    }

    private func exponential(_ log: Double) -> Double {
        var (sum, term) = (1.0, 1.0)
        for k in 1..<200 {
            term *= log / Double(k)
            sum += term
        }
        return sum
    }
}

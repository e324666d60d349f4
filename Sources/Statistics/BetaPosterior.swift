import Glibc

/// What is believed of the unavailability after n trials with x failures, from a prior Beta(a, b): Beta(a+x, b+n-x).
/// Runs on the same system and load combine by adding x and n. At five nines and more the prior decides: print it.
package struct BetaPosterior: Sendable, Equatable {
    package let priorA: Double
    package let priorB: Double
    package let failures: Int
    package let n: Int

    /// nil unless both prior weights are above 0. Counts are taken as ClopperPearson takes them.
    package init?(failures: Int, of n: Int, priorA: Double = 0.5, priorB: Double = 0.5) {
        guard priorA > 0, priorB > 0, priorA.isFinite, priorB.isFinite else { return nil }
        let trials = Trials(failures: failures, of: n)
        self.priorA = priorA
        self.priorB = priorB
        self.failures = trials.failures
        self.n = trials.n
    }

    private var distribution: BetaDistribution {
        BetaDistribution(a: priorA + Double(failures), b: priorB + Double(n - failures))
    }

    /// P(u < limit | data).
    package func probability(below limit: Double) -> Double {
        guard limit > 0 else { return 0 }
        return exp(distribution.logTails(UnitPoint(min(limit, 1))).lower)
    }

    /// P(at most k failures in the next N trials), beta-binomial. nil when that takes more than 10^8 terms.
    package func probability(atMost k: Int, failuresOfNext next: Int) -> Double? {
        guard next > 0, k < next else { return k >= 0 ? 1 : 0 }
        guard k >= 0 else { return 0 }
        let (a, b) = (distribution.a, distribution.b)
        let total = Double(next)
        /// P(j) / P(j-1).
        func ratio(_ j: Double) -> Double {
            ((total - j + 1) / j) * ((a + j - 1) / (b + total - j))
        }
        // Terms from the likeliest one of 0…k outwards, as far as they count.
        let mode = a > 1 && b > 1 ? ((a - 1) / (a + b - 2) * (total + 1)).rounded(.down) : a <= b ? 0 : total
        let start = min(Double(k), max(0, mode))
        let first = probability(ofExactly: start, total)
        var sum = 1.0
        var budget = 100_000_000
        let oneHump = a >= 1 || b >= 1
        var term = 1.0
        for j in stride(from: start, to: 0, by: -1) {
            term /= ratio(j)
            sum += term
            budget -= 1
            if oneHump, term < 1e-18 * sum { break }
            guard budget > 0 else { return nil }
        }
        term = 1
        for j in stride(from: start + 1, through: Double(k), by: 1) {
            term *= ratio(j)
            sum += term
            budget -= 1
            if oneHump, term < 1e-18 * sum { break }
            guard budget > 0 else { return nil }
        }
        return min(1, first * sum)
    }

    /// C(N,j) B(a+j, b+N-j) / B(a, b): of three kernels at one point the powers cancel.
    private func probability(ofExactly j: Double, _ total: Double) -> Double {
        let after = BetaDistribution(a: distribution.a + j, b: distribution.b + total - j)
        let p = after.mean
        let binomial =
            BetaDistribution(a: j + 1, b: total - j + 1).logKernel(p) - log(total + 1) - log(p.x) - log(p.y)
        return exp(binomial + distribution.logKernel(p) - after.logKernel(p))
    }
}

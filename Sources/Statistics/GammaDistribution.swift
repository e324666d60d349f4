import Glibc

/// Gamma(shape a, scale 1), a > 0: chi-squared with 2a degrees of freedom, halved. For counts over time.
struct GammaDistribution {
    let a: Double

    /// ln( x^a e^-x / Γ(a) ), by the deviance.
    func logKernel(_ x: Double) -> Double {
        0.5 * (log(a) - Stirling.logTwoPi) - a * Stirling.excess((x - a) / a, onePlus: x / a)
            - Stirling.remainder(a)
    }

    /// ln of the regularised incomplete gamma functions P(a, x) and Q(a, x) (DLMF 8.7.1 and 8.9.2).
    func logTails(_ x: Double) -> LogTails {
        if x <= 0 { return LogTails(lower: -.infinity) }
        if x.isInfinite { return LogTails(upper: -.infinity) }
        if a > SaddlePoint.shape {
            let w = (2 * a * Stirling.excess((x - a) / a, onePlus: x / a)).squareRoot()
            return SaddlePoint.tails(w: x < a ? -w : w, u: (x - a) / a.squareRoot())
        }
        if x < a + 1 { return LogTails(lower: logKernel(x) + log(series(x))) }
        return LogTails(upper: logKernel(x) + log(fraction(x)))
    }

    /// Σ x^k / (a (a+1) … (a+k)).
    private func series(_ x: Double) -> Double {
        var term = 1 / a
        var sum = term
        for k in 1...3_000_000 {
            term *= x / (a + Double(k))
            sum += term
            if term <= 1e-17 * sum { break }
        }
        return sum
    }

    /// 1 / (x+1-a - 1(1-a) / (x+3-a - 2(2-a) / …)), by the modified Lentz method.
    private func fraction(_ x: Double) -> Double {
        let tiny = 1e-300
        var b = x + 1 - a
        var c = 1 / tiny
        var d = 1 / b
        var value = d
        for round in 1...3_000_000 {
            let k = Double(round)
            let numerator = k * (a - k)
            b += 2
            d = b + numerator * d
            if abs(d) < tiny { d = tiny }
            c = b + numerator / c
            if abs(c) < tiny { c = tiny }
            d = 1 / d
            let change = c * d
            value *= change
            if abs(change - 1) <= 2e-16 { break }
        }
        return value
    }

    /// The point with this probability at and below it.
    func quantile(lower probability: Double) -> Double {
        quantile(of: probability, isLower: true)
    }

    /// The point with this probability above it.
    func quantile(upper probability: Double) -> Double {
        quantile(of: probability, isLower: false)
    }

    private func quantile(of probability: Double, isLower: Bool) -> Double {
        guard probability > 0 else { return isLower ? 0 : .infinity }
        guard probability < 1 else { return isLower ? .infinity : 0 }
        // The tail that holds at most a half has the digits.
        let takesLower = isLower == (probability <= 0.5)
        let goal = probability <= 0.5 ? log(probability) : log1p(-probability)
        let root = MonotoneRoot.find(from: log(a), in: -745...709, rising: takesLower) { logX in
            let x = exp(logX)
            let tails = logTails(x)
            let tail = takesLower ? tails.lower : tails.upper
            let slope = exp(logKernel(x) - tail)
            return (tail - goal, takesLower ? slope : -slope)
        }
        return exp(root)
    }
}

import Glibc

/// Beta(a, b), a and b > 0: the distribution behind all bounds on a share. Good to about 10^-13 from n = 1 to 10^18,
/// where the textbook form (three lgamma) loses five digits at n = 3 × 10^10.
struct BetaDistribution {
    let a: Double
    let b: Double

    var mean: UnitPoint { UnitPoint(x: a / (a + b), y: b / (a + b)) }

    /// ln( x^a y^b / B(a, b) ), by the deviance from the mean (Loader, "Fast and accurate computation of binomial
    /// probabilities", 2000), so that large terms do not cancel.
    func logKernel(_ p: UnitPoint) -> Double {
        let n = a + b
        let remainders = Stirling.remainder(n) - Stirling.remainder(a) - Stirling.remainder(b)
        return 0.5 * (log(a) + log(b / n) - Stirling.logTwoPi) - deviance(p) + remainders
    }

    /// a ln(a / nx) + b ln(b / ny), n = a + b.
    private func deviance(_ p: UnitPoint) -> Double {
        let n = a + b
        let distance = b * p.x - a * p.y
        return a * Stirling.excess(distance / a, onePlus: n * p.x / a)
            + b * Stirling.excess(-distance / b, onePlus: n * p.y / b)
    }

    /// ln of the regularised incomplete beta function I_x(a, b) and of its complement.
    func logTails(_ p: UnitPoint) -> LogTails {
        if p.x <= 0 { return LogTails(lower: -.infinity) }
        if p.y <= 0 { return LogTails(upper: -.infinity) }
        if min(a, b) > SaddlePoint.shape {
            let distance = b * p.x - a * p.y
            let w = (2 * deviance(p)).squareRoot()
            return SaddlePoint.tails(w: distance < 0 ? -w : w, u: distance * ((a + b) / a / b).squareRoot())
        }
        if isBelowCentre(p) { return LogTails(lower: logKernel(p) - log(fraction(p))) }
        let mirror = BetaDistribution(a: b, b: a)
        return LogTails(upper: logKernel(p) - log(mirror.fraction(UnitPoint(x: p.y, y: p.x))))
    }

    /// ln( I_x(a, b) B(a, b) / (x^a y^b) ): finite where each part alone is out of range.
    func logLowerOverKernel(_ p: UnitPoint) -> Double {
        if isBelowCentre(p), min(a, b) <= SaddlePoint.shape { return -log(fraction(p)) }
        return logTails(p).lower - logKernel(p)
    }

    private func isBelowCentre(_ p: UnitPoint) -> Bool {
        p.x * (b + 1) <= p.y * (a + 1)
    }

    /// x^a y^b / (B(a, b) I_x(a, b)) for x below the centre, as a continued fraction that takes x and y (Didonato and
    /// Morris, "Algorithm 708", ACM TOMS 18, 1992, equation 9), by the modified Lentz method. With y formed as 1 - x, a
    /// tiny x would lose its digits.
    private func fraction(_ p: UnitPoint) -> Double {
        let (x, y) = (p.x, p.y)
        let tiny = 1e-300
        let start = a * (a * y - b * x + 1) / (a + 1)
        var value = abs(start) < tiny ? tiny : start
        var c = value
        var d = 0.0
        // About √min(a, b) rounds near the centre, 10^5 at the most.
        for round in 1...3_000_000 {
            let m = Double(round)
            let below = a + 2 * m - 1
            let numerator = ((a + m - 1) / below) * ((a + b + m - 1) / below) * m * (b - m) * x * x
            let term =
                m + m * (b - m) * x / below
                + (a + m) * (a * y - b * x + 1 + m * (2 - x)) / (a + 2 * m + 1)
            d = term + numerator * d
            if abs(d) < tiny { d = tiny }
            c = term + numerator / c
            if abs(c) < tiny { c = tiny }
            d = 1 / d
            let change = c * d
            value *= change
            if abs(change - 1) <= 2e-16 { break }
        }
        return value
    }
}

/// Quantiles: in the logit ln(x / y), which keeps the digits of x near 0 and of y near 1.
extension BetaDistribution {
    /// The point with this probability at and below it.
    func quantile(lower probability: Double) -> UnitPoint {
        UnitPoint(logit: logit(lower: probability))
    }

    /// The point with this probability above it.
    func quantile(upper probability: Double) -> UnitPoint {
        UnitPoint(logit: -BetaDistribution(a: b, b: a).logit(lower: probability))
    }

    /// ln(x / y) of the quantile; infinite for a probability of 0 or 1.
    func logit(lower probability: Double) -> Double {
        guard probability > 0 else { return -.infinity }
        guard probability < 1 else { return .infinity }
        let lowerIsSmall = probability <= 0.5
        let goal = lowerIsSmall ? log(probability) : log1p(-probability)
        return MonotoneRoot.find(from: log(a) - log(b), in: -745...745, rising: lowerIsSmall) { logit in
            let point = UnitPoint(logit: logit)
            let tails = logTails(point)
            let tail = lowerIsSmall ? tails.lower : tails.upper
            // d tail / d logit is the kernel: density × dx / d logit = (kernel / xy) × xy.
            let slope = exp(logKernel(point) - tail)
            return (tail - goal, lowerIsSmall ? slope : -slope)
        }
    }
}

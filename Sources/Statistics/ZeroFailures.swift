import Glibc

/// Upper bounds on the failure share after n trials without a failure, one-sided. n ≤ 0 gives 1; none exceeds 1.
package enum ZeroFailures {
    /// 1 - alpha^(1/n); the same as ClopperPearson.upper with no failures.
    package static func exact(of n: Int, confidence: Double) -> Double {
        let alpha = Alpha.of(confidence)
        guard n > 0, alpha > 0 else { return 1 }
        return -expm1(log(alpha) / Double(n))
    }

    /// -ln(alpha) / n.
    package static func logForm(of n: Int, confidence: Double) -> Double {
        let alpha = Alpha.of(confidence)
        guard n > 0, alpha > 0 else { return 1 }
        return min(1, -log(alpha) / Double(n))
    }

    /// 3 / n: the log form at 95 %, for the back of an envelope.
    package static func ruleOfThree(of n: Int) -> Double {
        n > 0 ? min(1, 3 / Double(n)) : 1
    }
}

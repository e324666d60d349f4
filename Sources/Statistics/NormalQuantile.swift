import Glibc

/// z with P(Z > z) = the given upper tail.
enum NormalQuantile {
    /// For a tail in (0, 0.5]; infinite at 0, and 0 above a half. By Newton on ln of the tail.
    static func z(upperTail: Double) -> Double {
        guard upperTail < 0.5 else { return 0 }
        guard upperTail > 0 else { return .infinity }
        let goal = log(upperTail)
        return MonotoneRoot.find(from: 1, in: 0...38.5, rising: false) { z in
            let tail = 0.5 * erfc(z / 2.0.squareRoot())
            let density = exp(-0.5 * (z * z + Stirling.logTwoPi))
            return (log(tail) - goal, -density / tail)
        }
    }
}

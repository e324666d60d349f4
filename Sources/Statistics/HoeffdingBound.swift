import Glibc

/// Bounds on the mean of independent numbers in [0, 1], which need not be alike, nor 0 or 1 (Hoeffding, "Probability
/// inequalities for sums of bounded random variables", J. Amer. Statist. Assoc. 58, 1963, theorem 1): with q their average
/// and p the mean of their expectations,
///
///     P(average ≤ q) ≤ exp(−n·D(q‖p)) for q ≤ p, and the same above it
///     D(q‖p) = q·ln(q/p) + (1 − q)·ln((1 − q)/(1 − p))
///
/// So p is within the bounds while n·D(q‖p) ≤ ln(1/α). Wider than Clopper-Pearson's where all are 0 or 1, but for an average
/// of 0, where both are 1 − α^(1/n).
package struct HoeffdingBound: Sendable, Equatable {
    /// n ≥ 0.
    package let count: Int
    /// Sum of the numbers, 0 to n.
    package let sum: Double
    /// ln(1/α), one-sided.
    private let strength: Double

    /// A sum outside 0…n is taken for the nearest end. A confidence of 1 or more, or not a number: nothing is known.
    package init(sum: Double, of count: Int, confidence: Double) {
        self.count = max(0, count)
        self.sum = min(max(0, sum), Double(self.count))
        strength = -log(Alpha.of(confidence))
    }

    /// The largest mean that is not refuted; 1 where nothing is known.
    package var upper: Double {
        guard count > 0, average < 1 else { return 1 }
        return Self.last(from: average, to: 1) { !isRefuted($0) }
    }

    /// The smallest; 0 where nothing is known.
    package var lower: Double {
        guard count > 0, average > 0 else { return 0 }
        return Self.last(from: average, to: 0) { !isRefuted($0) }
    }

    /// How many zeros more make `upper` at most this; nil: more than 2^53, or no number does.
    package func zerosNeeded(upper allowed: Double) -> Int? {
        guard allowed > 0, allowed < 1, strength < .infinity else { return nil }
        // Numbers whose average is just `allowed` refute nothing above it.
        let fewest = max(count, 1, Int(min(0x1p53, (sum / allowed).rounded(.up))))
        let holds = { (n: Int) in
            sum / Double(n) < allowed && Double(n) * Self.divergence(sum / Double(n), allowed) >= strength
        }
        return IntegerSearch.first(in: fewest...(1 << 53), near: fewest, where: holds).map { $0 - count }
    }

    private var average: Double { sum / Double(count) }

    private func isRefuted(_ mean: Double) -> Bool {
        Double(count) * Self.divergence(average, mean) > strength
    }

    /// In nats; q in [0, 1], p in (0, 1).
    private static func divergence(_ q: Double, _ p: Double) -> Double {
        let down = q > 0 ? q * log(q / p) : 0
        let up = q < 1 ? (1 - q) * (log1p(-q) - log1p(-p)) : 0
        return down + up
    }

    /// The last point for which something that stays false becomes false, on the side of the far end: never too narrow. 1,100
    /// halvings reach the smallest number there is.
    private static func last(from near: Double, to far: Double, where holds: (Double) -> Bool) -> Double {
        var (inside, outside) = (near, far)
        for _ in 0..<1100 {
            let middle = inside + (outside - inside) / 2
            guard middle != inside, middle != outside else { break }
            if holds(middle) { inside = middle } else { outside = middle }
        }
        return outside
    }
}

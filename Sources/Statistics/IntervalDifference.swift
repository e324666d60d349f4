import Glibc

/// The interval of a difference of two independent estimates from the interval of each: the "method of variance estimates
/// recovery" (Zou and Donner, Statistics in Medicine 27, 2008, pages 1693 to 1702; for shares it is Newcombe's).
///
///     d - √((y - l_y)² + (u_x - x)²)   to   d + √((u_y - y)² + (x - l_x)²),   d = y - x
package enum IntervalDifference {
    /// Of after - before, in their unit; ends may be infinite. Where an estimate itself is infinite only the ends say something:
    /// from the least to the greatest difference that both intervals allow.
    package static func interval(
        before: (point: Double, interval: Interval),
        after: (point: Double, interval: Interval)
    ) -> Interval {
        let (x, first) = before
        let (y, second) = after
        guard x.isFinite, y.isFinite else {
            return Interval(
                lower: subtract(second.lower, first.upper, undecided: -.infinity),
                upper: subtract(second.upper, first.lower, undecided: .infinity)
            )
        }
        return Interval(
            lower: y - x - length(y - second.lower, first.upper - x),
            upper: y - x + length(second.upper - y, x - first.lower)
        )
    }

    /// Of after / before - 1, by the difference of logarithms, so that twice as much and half as much are as far from
    /// no change; nil where an end is not above zero.
    package static func ratio(
        before: (point: Double, interval: Interval),
        after: (point: Double, interval: Interval)
    ) -> Interval? {
        guard before.interval.lower > 0, after.interval.lower > 0, before.point > 0, after.point > 0 else {
            return nil
        }
        let logarithms = [before, after].map { estimate in
            (
                log(estimate.point),
                Interval(lower: log(estimate.interval.lower), upper: log(estimate.interval.upper))
            )
        }
        let change = interval(before: logarithms[0], after: logarithms[1])
        return Interval(lower: expm1(change.lower), upper: expm1(change.upper))
    }

    private static func length(_ one: Double, _ other: Double) -> Double {
        (one * one + other * other).squareRoot()
    }

    private static func subtract(_ one: Double, _ other: Double, undecided: Double) -> Double {
        let difference = one - other
        return difference.isNaN ? undecided : difference
    }
}

// The words of this target. n trials (requests, slices) with x failures; u, the unavailability, is the true share of
// failures; confidence C is in (0, 1) and alpha = 1 - C. An interval or bound is always on u, never on 1 - u: near 1 a
// Double has no digits left for what matters.

/// Both ends of a confidence interval, as shares of failures (0 to 1) unless the method says otherwise.
package struct Interval: Sendable, Equatable {
    package let lower: Double
    package let upper: Double

    package init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    /// Nothing is known of a share.
    package static let whole = Interval(lower: 0, upper: 1)
}

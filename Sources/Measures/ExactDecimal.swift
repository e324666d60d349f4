/// A decimal number kept exactly as it was written: significand × 10^exponent. For percentages and objectives, which a
/// Double would change (1 - 0.9999999999 is wrong in the 8th digit).
package struct ExactDecimal: Sendable, Hashable {
    /// Trailing zeros are removed, so equal values are stored equally; zero is 0 × 10^0.
    package let significand: Int128
    package let exponent: Int

    package init(significand: Int128, exponent: Int) {
        var significand = significand
        var exponent = significand == 0 ? 0 : exponent
        while significand != 0, significand % 10 == 0 {
            significand /= 10
            exponent += 1
        }
        self.significand = significand
        self.exponent = exponent
    }

    package init(_ whole: Int) {
        self.init(significand: Int128(whole), exponent: 0)
    }
}

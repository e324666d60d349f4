import Measures

/// A decimal number as written, "12.50": never through a Double.
struct DecimalText {
    /// The digits as a whole number.
    let significand: Int128
    /// Digits after the point, without trailing zeros.
    let places: Int

    /// Digits, or digits, a point and digits; at most 18 before and 20 after it. No sign, no exponent.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, (1...18).contains(whole.utf8.count) else { return nil }
        var fraction = parts.count > 1 ? Substring(parts[1]) : ""
        guard parts.count == 1 || (1...20).contains(fraction.utf8.count) else { return nil }
        while fraction.last == "0" { fraction = fraction.dropLast() }
        let digits = String(whole) + fraction
        guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let significand = Int128(digits) else {
            return nil
        }
        self.significand = significand
        self.places = fraction.utf8.count
    }

    var exact: ExactDecimal { ExactDecimal(significand: significand, exponent: -places) }

    /// nil when there are digits after the point.
    var whole: Int? { places == 0 ? Int(exactly: significand) : nil }

    /// The number times a whole factor, when that is whole: 1.5 × 1000 = 1500.
    func times(_ factor: Int64) -> Int128? {
        let (product, overflow) = significand.multipliedReportingOverflow(by: Int128(factor))
        let (quotient, remainder) = product.quotientAndRemainder(dividingBy: Self.power(places))
        return overflow || remainder != 0 ? nil : quotient
    }

    static func power(_ exponent: Int) -> Int128 {
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }
}

extension ExactDecimal {
    /// Digits without an exponent: "99.9". For values that a file can hold.
    var plainText: String {
        let digits = String(significand.magnitude) + String(repeating: "0", count: max(0, min(exponent, 40)))
        let places = max(0, min(-exponent, 80))
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let sign = significand < 0 ? "-" : ""
        return sign + padded.dropLast(places) + (places > 0 ? "." + padded.suffix(places) : "")
    }
}

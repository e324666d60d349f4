package import Measures

/// Seconds as people write downtime: "3d 15h 36m 0s" from a minute on, with at most three decimals; below it all digits,
/// "31.556952 s"; below 0.0001 s with an exponent, "3.6e-07 s".
package enum DowntimeText {
    package static func human(seconds: ExactDecimal) -> String {
        guard seconds.significand >= 0 else { return "-" + human(seconds: negated(seconds)) }
        guard seconds >= 60, let milliseconds = milliseconds(seconds) else { return short(seconds) + " s" }
        let minutes = milliseconds / 60_000
        let rest = ExactDecimal(significand: milliseconds % 60_000, exponent: -3)
        let units = [(minutes / 1440, "d"), (minutes / 60 % 24, "h"), (minutes % 60, "m")]
        let large = units.drop { $0.0 == 0 }.map { "\($0.0)\($0.1) " }.joined()
        return "\(large)\(rest)s"
    }

    private static func negated(_ value: ExactDecimal) -> ExactDecimal {
        (try? 0 - value) ?? ExactDecimal(significand: .max, exponent: value.exponent)
    }

    /// Whole milliseconds, halves away from zero; nil when they need more than 128 bits.
    private static func milliseconds(_ seconds: ExactDecimal) -> Int128? {
        guard let shifted = try? seconds.divided(byPowerOfTen: -3) else { return nil }
        var value = shifted.significand
        if shifted.exponent >= 0 {
            for _ in 0..<shifted.exponent {
                let (next, overflow) = value.multipliedReportingOverflow(by: 10)
                guard !overflow else { return nil }
                value = next
            }
            return value
        }
        // At 60 s or more there are at least as many digits as places, 39 at the most.
        for _ in shifted.exponent..<(-1) { value /= 10 }
        return value / 10 + (value % 10 >= 5 ? 1 : 0)
    }

    private static func short(_ seconds: ExactDecimal) -> String {
        guard seconds.exponent < 0 else { return seconds.description }
        let digits = String(seconds.significand)
        // Place of the first digit: 0 for units, -1 for tenths.
        let place = seconds.exponent + digits.utf8.count - 1
        guard seconds.significand != 0, place < -4 else { return seconds.description }
        let mantissa = digits.utf8.count > 1 ? "\(digits.prefix(1)).\(digits.dropFirst())" : digits
        return mantissa + "e-" + (place > -10 ? "0" : "") + "\(place.magnitude)"
    }
}

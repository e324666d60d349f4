/// A decimal number kept exactly as it was written: significand × 10^exponent. For percentages and objectives, which a
/// Double would change (1 - 0.9999999999 is wrong in the 8th digit).
package struct ExactDecimal: Sendable, Hashable {
    /// Trailing zeros are removed, so equal values are stored equally; zero is 0 × 10^0.
    package let significand: Int128
    package let exponent: Int

    package init(significand: Int128, exponent: Int) {
        var significand = significand
        var exponent = significand == 0 ? 0 : exponent
        while significand != 0, exponent < .max, significand % 10 == 0 {
            significand /= 10
            exponent += 1
        }
        self.significand = significand
        self.exponent = exponent
    }

    package init(_ whole: Int) {
        self.init(significand: Int128(whole), exponent: 0)
    }

    package init(_ share: Share) {
        self.init(significand: Int128(share.attos), exponent: -18)
    }

    /// Nearest Double; infinite or zero beyond its range.
    package var double: Double {
        let text = Double("\(significand)e\(exponent)")
        return text ?? (exponent < 0 ? 0 : significand < 0 ? -.infinity : .infinity)
    }
}

extension ExactDecimal: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int) {
        self.init(value)
    }
}

/// The exact result needs more than 128 bits (about 38 digits).
package struct DecimalOverflow: ReadableError, Equatable {
    package let operation: String

    package var code: String { "decimal.overflow" }
    package var message: String {
        "\(operation) has more digits than can be kept exactly (38); write the number with fewer decimals"
    }
    package var exitCode: ExitCode { .badInput }
}

/// Exact arithmetic: a result is exact or an error, never rounded.
extension ExactDecimal {
    package static func + (left: ExactDecimal, right: ExactDecimal) throws(DecimalOverflow) -> ExactDecimal {
        if left.significand == 0 { return right }
        if right.significand == 0 { return left }
        let exponent = min(left.exponent, right.exponent)
        if let first = left.significand(at: exponent), let second = right.significand(at: exponent) {
            let (sum, overflow) = first.addingReportingOverflow(second)
            if !overflow { return ExactDecimal(significand: sum, exponent: exponent) }
        }
        throw DecimalOverflow(operation: "\(left) + \(right)")
    }

    package static func - (left: ExactDecimal, right: ExactDecimal) throws(DecimalOverflow) -> ExactDecimal {
        guard right.significand != .min else { throw DecimalOverflow(operation: "\(left) - \(right)") }
        return try left + ExactDecimal(significand: -right.significand, exponent: right.exponent)
    }

    package static func * (left: ExactDecimal, right: ExactDecimal) throws(DecimalOverflow) -> ExactDecimal {
        let (product, overflow) = left.significand.multipliedReportingOverflow(by: right.significand)
        let (exponent, far) = left.exponent.addingReportingOverflow(right.exponent)
        guard !overflow, !far || product == 0 else { throw DecimalOverflow(operation: "\(left) × \(right)") }
        return ExactDecimal(significand: product, exponent: exponent)
    }

    /// 99.95 by 2 is 0.9995; a negative power multiplies.
    package func divided(byPowerOfTen power: Int) throws(DecimalOverflow) -> ExactDecimal {
        let (shifted, overflow) = exponent.subtractingReportingOverflow(power)
        guard !overflow || significand == 0 else {
            throw DecimalOverflow(operation: "\(self) / 10^\(power)")
        }
        return ExactDecimal(significand: significand, exponent: shifted)
    }

    /// The significand that goes with a smaller exponent; nil when it needs more than 128 bits.
    private func significand(at smaller: Int) -> Int128? {
        let (distance, far) = exponent.subtractingReportingOverflow(smaller)
        guard !far, distance <= 38, let scale = Self.powers[safe: distance] else { return nil }
        let (value, overflow) = significand.multipliedReportingOverflow(by: scale)
        return overflow ? nil : value
    }

    /// 10^0 to 10^38, the greatest power of ten in an Int128.
    private static let powers: [Int128] = {
        var powers: [Int128] = [1]
        for _ in 1...38 { powers.append((powers.last ?? 1) * 10) }
        return powers
    }()
}

extension ExactDecimal: Comparable {
    package static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        let signs = (left.significand.signum(), right.significand.signum())
        guard signs.0 == signs.1 else { return signs.0 < signs.1 }
        switch signs.0 {
        case 0: return false
        case 1: return left.isCloserToZero(than: right)
        default: return right.isCloserToZero(than: left)
        }
    }

    /// For numbers other than zero.
    private func isCloserToZero(than other: ExactDecimal) -> Bool {
        let place = Int128(exponent) + Int128(significand.magnitude.description.utf8.count)
        let otherPlace = Int128(other.exponent) + Int128(other.significand.magnitude.description.utf8.count)
        guard place == otherPlace else { return place < otherPlace }
        // The first digits stand at the same place, so the exponents are at most 38 apart, and a product that overflows
        // is the greater number: the other one fits.
        let distance = exponent - other.exponent
        let scale = UInt128(Self.powers[safe: abs(distance)] ?? 1)
        let (scaled, overflow) = (distance > 0 ? significand : other.significand).magnitude
            .multipliedReportingOverflow(by: scale)
        if distance > 0 { return !overflow && scaled < other.significand.magnitude }
        return overflow || significand.magnitude < scaled
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? {
        indices.contains(index) ? self[index] : nil
    }
}

extension ExactDecimal: CustomStringConvertible {
    /// Written exponents and places beyond this are refused: nothing measured needs them, and plain text would be long.
    private static let places = 400

    /// "99.95", "-0.5", "+3", "1e-3", "2.5E6". Digits on both sides of a point, ASCII only, no spaces. nil when it is no
    /// such text, or needs more than 128 bits (about 38 digits, leading and trailing zeros not counted), or lies beyond
    /// 10^±400.
    package init?(_ text: some StringProtocol) {
        var rest = Array(text.utf8)[...]
        let negative = rest.first == UInt8(ascii: "-")
        if negative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }

        guard var digits = Self.takeDigits(&rest) else { return nil }
        var written = 0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard let fraction = Self.takeDigits(&rest) else { return nil }
            written = -fraction.count
            digits.append(contentsOf: fraction)
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            guard let power = Self.takePower(&rest) else { return nil }
            // `power` is bounded in takePower, `written` by the length of the text.
            written += power
        }
        guard rest.isEmpty, let (magnitude, zeros) = Self.magnitude(of: digits) else { return nil }
        guard magnitude != 0 else {
            self.init(0)
            return
        }
        let exponent = written + zeros
        guard abs(exponent) <= Self.places else { return nil }
        self.init(significand: negative ? -magnitude : magnitude, exponent: exponent)
    }

    /// Plain decimal text without exponent or needless zeros, "0.00001"; read back, it is the same number. Only beyond
    /// 10^±400, which no text gives, "1e500".
    package var description: String {
        let digits = String(significand.magnitude)
        let sign = significand < 0 ? "-" : ""
        guard abs(exponent.clamped) <= Self.places else { return "\(sign)\(digits)e\(exponent)" }
        guard exponent < 0 else { return sign + digits + String(repeating: "0", count: exponent) }
        let padded = String(repeating: "0", count: max(0, 1 - exponent - digits.utf8.count)) + digits
        return "\(sign)\(padded.dropLast(-exponent)).\(padded.suffix(-exponent))"
    }

    /// One digit or more, as values 0 to 9.
    private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest = rest.dropFirst(digits.count)
        return digits.isEmpty ? nil : digits.map { $0 - UInt8(ascii: "0") }
    }

    /// The exponent after "e"; cut at a million, which is refused later unless the digits are zeros.
    private static func takePower(_ rest: inout ArraySlice<UInt8>) -> Int? {
        let negative = rest.first == UInt8(ascii: "-")
        if negative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        guard let digits = takeDigits(&rest) else { return nil }
        let power = digits.reduce(0) { min(1_000_000, $0 * 10 + Int($1)) }
        return negative ? -power : power
    }

    /// The digits without their trailing zeros as a number, and the count of these zeros; nil above 128 bits.
    private static func magnitude(of digits: [UInt8]) -> (Int128, zeros: Int)? {
        let zeros = digits.reversed().prefix { $0 == 0 }.count
        var value: Int128 = 0
        for digit in digits.dropLast(zeros) {
            let (tens, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = tens.addingReportingOverflow(Int128(digit))
            guard !over, !overflow else { return nil }
            value = sum
        }
        return (value, zeros)
    }
}

extension Int {
    /// So that abs() cannot trap on Int.min.
    fileprivate var clamped: Int { Swift.max(self, -Int.max) }
}

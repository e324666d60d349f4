import Measures
import Testing

@testable import Codecs

@Suite struct DecimalDigitsTests {
    private func compare(_ left: String, _ right: String) -> Int? {
        Array(left.utf8).withUnsafeBytes { left in
            Array(right.utf8).withUnsafeBytes { right in
                guard let left = DecimalDigits(left), let right = DecimalDigits(right) else { return nil }
                return left.compare(to: right).signum()
            }
        }
    }

    static let rows: [(String, String, Int?)] = [
        ("7", "7.000", 0), ("007.10", "7.1", 0), ("-0", "0.000", 0), ("1e3", "1000", 0),
        ("1.5E-2", "0.015", 0),
        (" 42\n", "42", 0), ("0.1", "0.09", 1), ("10", "9", 1), ("-10", "-9", -1), ("-1", "1", -1),
        ("0", "-0.001", 1),
        ("9007199254740993", "9007199254740992", 1), ("0.30000000000000000001", "0.3", 1), ("1.", "1", 0),
        (".5", "0.5", 0),
        ("100.01", "100.010", 0), ("1000000000000000000000000000000", "1e30", 0), ("0.0001", "0.001", -1),
        ("NaN", "1", nil), ("Infinity", "1", nil), ("", "1", nil), ("-", "1", nil), (".", "1", nil),
        ("1 2", "1", nil),
        ("1e", "1", nil), ("1.2.3", "1", nil), ("0x10", "1", nil), ("1e1234567", "1", nil),
    ]

    @Test(arguments: rows.indices)
    func `numbers are compared as numbers, and what is none is none`(_ row: Int) {
        let (left, right, expected) = Self.rows[row]
        #expect(compare(left, right) == expected)
        #expect(compare(right, left) == expected.map { -$0 })
    }

    @Test func `as whole numbers compare, these do, however many zeros stand around them`() {
        var random = SeededGenerator(seed: 21, stream: "digits")
        for _ in 0..<10_000 {
            let left = Int64.random(in: -2_000...2_000, using: &random)
            let right = Int64.random(in: -2_000...2_000, using: &random)
            let places = Int.random(in: 0...4, using: &random)
            /// left / 10^places, as text.
            func text(_ value: Int64) -> String {
                let digits =
                    String(repeating: "0", count: Int.random(in: 5...7, using: &random))
                    + "\(value.magnitude)"
                let fraction =
                    digits.suffix(places)
                    + String(repeating: "0", count: Int.random(in: 0...2, using: &random))
                return (value < 0 ? "-" : "") + digits.dropLast(places)
                    + (fraction.isEmpty ? "" : "." + fraction)
            }
            let expected = left < right ? -1 : left > right ? 1 : 0
            let (first, second) = (text(left), text(right))
            if compare(first, second) != expected { Issue.record("\(first), \(second)") }
        }
    }
}

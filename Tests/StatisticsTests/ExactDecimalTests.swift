import Measures
import Testing

struct ExactDecimalTests {
    @Test(
        "text is read exactly and written plainly",
        arguments: [
            ("99.95", "99.95", "as users write it"),
            ("99.9500", "99.95", "trailing zeros say nothing"),
            ("1e-3", "0.001", "an exponent"),
            ("2.5E+6", "2500000", "a capital, signed exponent"),
            ("-0.50", "-0.5", "negative"),
            ("+7", "7", "explicitly positive"),
            ("-0", "0", "zero has no sign"),
            ("0e999999999999999999999", "0", "zero has no size"),
            ("000.010", "0.01", "leading zeros"),
            ("99.99999999", "99.99999999", "ten nines, which a Double loses"),
            ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678", "38 digits"),
            (
                "1" + String(repeating: "0", count: 60), "1" + String(repeating: "0", count: 60),
                "zeros are no digits"
            ),
        ]
    )
    func readsAndWrites(text: String, plain: String, reason: String) throws {
        let value = try #require(ExactDecimal(text), "\(reason)")
        #expect(value.description == plain, "\(reason)")
        #expect(ExactDecimal(plain) == value, "\(reason)")
    }

    @Test(
        "what is no number is refused",
        arguments: [
            "", " ", "-", "+", ".", ".5", "5.", "1e", "1e+", "e5", "1.2.3", "1,5", "0x10", "١", "1_000",
            "99.9%", " 1",
            "1 ", "--1", "1e5.0", "nan", "inf", "1\n", "1e401", "1e-401", "1e99999999999999999999",
            "1234567890123456789012345678901234567891",
        ]
    )
    func refuses(text: String) {
        #expect(ExactDecimal(text) == nil)
    }

    @Test("no text traps, and what is accepted reads back the same")
    func survivesAnyText() {
        var random = SeededGenerator(seed: 7)
        let alphabet = Array("0123456789999900000..ee+-E%x \u{e9}")
        for _ in 0..<10_000 {
            let length = Int.random(in: 0...60, using: &random)
            let text = String(
                (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
            )
            guard let value = ExactDecimal(text) else { continue }
            #expect(ExactDecimal(value.description) == value, "\(text)")
            #expect(value.double == Double(text), "\(text)")
        }
    }

    @Test("sums, differences and products are exact")
    func arithmetic() throws {
        let objective = try #require(ExactDecimal("99.99999999"))
        #expect(try (100 - objective).description == "0.00000001")
        #expect(try (100 - objective).divided(byPowerOfTen: 2).description == "0.0000000001")
        #expect(try (objective * 3).description == "299.99999997")
        #expect(try (objective - objective) == 0)
        #expect(try (-1 + objective).description == "98.99999999")
        #expect(try ExactDecimal(5).divided(byPowerOfTen: -3) == 5000)
    }

    @Test("a result of more than 38 digits is an error, not a rounding")
    func overflow() throws {
        let wide = try #require(ExactDecimal("9.9999999999999999999"))
        let tiny = try #require(ExactDecimal("1e-300"))
        #expect(throws: DecimalOverflow.self) { try wide * wide }
        #expect(throws: DecimalOverflow.self) { try wide + tiny }
        let lowest = ExactDecimal(significand: .min, exponent: 0)
        #expect(throws: DecimalOverflow.self) { try 1 - lowest }
        let far = ExactDecimal(significand: 3, exponent: .max)
        #expect(throws: DecimalOverflow.self) { try far * far }
        #expect(throws: DecimalOverflow.self) { try far.divided(byPowerOfTen: -1) }
        #expect(throws: DecimalOverflow.self) { try far + 1 }
        #expect(far > 5)
        #expect(far.double == .infinity)
        #expect(far.description == "3e9223372036854775807")
        #expect(ExactDecimal(significand: -3, exponent: .min).double == 0)
        #expect(ExactDecimal(significand: 10, exponent: .max) > far)
        #expect(ExactDecimal(significand: -1, exponent: .min).description == "-1e-9223372036854775808")
    }

    @Test("order is that of the numbers, however they are scaled")
    func order() throws {
        let rising = [
            "-1e300", "-170141183460469231731687303715884105727", "-2", "-1.99", "-0.001", "-1e-300", "0",
            "1e-300",
            "1e-3", "0.00100000001", "0.999999999999999999999999999999", "1", "9", "10", "99.99", "99.999",
            "100",
            "123456789012345678901234567890123456780", "170141183460469231731687303715884105727", "2e38",
            "1e300",
        ]
        let numbers = try rising.map { try #require(ExactDecimal($0), "\($0)") }
        for (left, first) in numbers.enumerated() {
            for (right, second) in numbers.enumerated() {
                #expect((first < second) == (left < right), "\(first) < \(second)")
                #expect((first == second) == (left == right), "\(first) == \(second)")
            }
        }
        #expect(ExactDecimal(significand: .min, exponent: 0) < numbers[1])
    }

    @Test("a share is read without loss")
    func shares() throws {
        let share = try #require(Share("0.05%"))
        #expect(ExactDecimal(share).description == "0.0005")
        #expect(ExactDecimal(Share.one) == 1)
        let finest = try #require(Share(attos: 1))
        #expect(ExactDecimal(finest) == ExactDecimal("1e-18"))
    }
}

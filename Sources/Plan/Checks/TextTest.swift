/// A test of bytes: of a body, a field's value, a reply's text, a cell of a query's result.
package enum TextTest: Sendable, Equatable, Codable {
    case equals(String)
    case contains(String)
    case matches(BytePattern)
    /// These bytes and no others, for what is no text.
    case bytes([UInt8])
    case number(NumberTest)
    /// Whether there is nothing: Redis's nil, SQL's NULL, which is not the same as a text without characters. No other test
    /// passes where there is nothing.
    case isNothing(Bool)

    package var text: String {
        switch self {
        case .equals(let text): "equals \(quoted(text))"
        case .contains(let text): "contains \(quoted(text))"
        case .matches(let pattern): "matches \(quoted(pattern.source))"
        case .bytes(let bytes): "is \(quoted(ByteText.text(of: bytes)))"
        case .number(let test): test.text
        case .isNothing(let isNothing): isNothing ? "is nothing" : "is something"
        }
    }
}

/// A comparison as numbers, never through a Double: "7.0" is 7, and 9007199254740993 is not 9007199254740992.
package struct NumberTest: Sendable, Equatable, Codable {
    package enum Comparison: String, Sendable, Equatable, Codable, CaseIterable {
        case equal = "number"
        case atLeast = "at-least"
        case atMost = "at-most"
    }

    package let comparison: Comparison
    /// Digits, perhaps with a sign before and a point between them.
    package let number: String

    /// nil: it is no such number, or longer than 64 characters.
    package init?(_ comparison: Comparison, _ number: String) {
        let digits = number.first == "-" ? number.dropFirst() : number[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        let isDigits = { (part: Substring) in
            !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        guard number.utf8.count <= 64, (1...2).contains(parts.count), parts.allSatisfy(isDigits) else {
            return nil
        }
        self.comparison = comparison
        self.number = number
    }

    var text: String {
        switch comparison {
        case .equal: "is the number \(number)"
        case .atLeast: "is at least \(number)"
        case .atMost: "is at most \(number)"
        }
    }
}

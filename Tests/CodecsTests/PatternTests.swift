import Measures
import Plan
import Testing

@testable import Codecs

@Suite struct PatternTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let pattern: String
        let found: [String]
        let not: [String]
        var testDescription: String { pattern }

        init(_ pattern: String, _ found: [String], not: [String]) {
            self.pattern = pattern
            self.found = found
            self.not = not
        }
    }

    static let cases = [
        Case("ok", ["ok", "not ok", "oook"], not: ["", "o k", "OK"]),
        Case("(?i)o[k-m]", ["OL", "om", "Ok"], not: ["on", "o["]),
        Case("^a|b$", ["ax", "xb"], not: ["xax", "bx"]),
        Case("^$", [""], not: ["a"]),
        Case("a.c", ["abc", "a c"], not: ["ac", "a\nc"]),
        Case("^(ab)*$", ["", "ab", "abab"], not: ["a", "aba"]),
        Case("^(a|ab)(c|bcd)$", ["ac", "abcd", "abc", "abbcd"], not: ["ab", "abcdd"]),
        Case("^a{2,3}$", ["aa", "aaa"], not: ["a", "aaaa"]),
        Case("^a{2,}$", ["aa", "aaaaaa"], not: ["a"]),
        Case("^(?:a?){5}a{5}$", ["aaaaa", "aaaaaaaaaa"], not: ["aaaa"]),
        Case("^[^0-9]+$", ["abc", "\n"], not: ["a1", ""]),
        Case("^[]a-]+$", ["]", "a-]"], not: ["b", ""]),
        Case("\\bup\\b", ["is up!", "up"], not: ["upper", "syrup", "u p"]),
        Case("\\Bx", ["ax"], not: ["x", " x"]),
        Case("\"id\":\\s*\\d+", ["{\"id\": 42}", "\"id\":0"], not: ["\"id\": x"]),
        Case("\\x41\\.\\t", ["A.\t"], not: ["Ab\t"]),
        Case("é+!", ["éé!", "xé!"], not: ["e!", "\u{c3}!"]),
        Case("^(a*)*b", ["b", "aab"], not: ["aac"]),
        Case("a+?b", ["aab"], not: ["b"]),
    ]

    @Test("a pattern is found where it is, and nowhere else", arguments: cases)
    func finding(_ example: Case) throws {
        let pattern = try BytePattern(example.pattern)
        let matcher = PatternMatcher()
        for text in example.found { #expect(matcher.found(pattern, text), "\(text)") }
        for text in example.not { #expect(!matcher.found(pattern, text), "\(text)") }
    }

    @Test(
        "what is no pattern is refused, in words",
        arguments: [
            "", "(", ")", "a)", "[", "[b-a]", "*", "a**", "a{", "a{3,2}", "a{1001}", "\\", "\\q", "\\x4",
            "^*", "(?=a)",
            "(a{100}){100}", "[é]",
        ]
    )
    func refusals(_ source: String) {
        #expect(throws: PatternProblem.self) { try BytePattern(source) }
    }

    @Test(
        "a pattern that makes others guess takes time in proportion to the text: 10,000 bytes, 20,000 states seen each"
    )
    func linear() throws {
        let matcher = PatternMatcher()
        let text = String(repeating: "a", count: 10_000)
        #expect(!matcher.found(try BytePattern("(a|a)*(a|aa)+(a*)*b"), text))
        #expect(matcher.found(try BytePattern("(a*)*$"), text))
        // Nothing, repeated without end.
        #expect(matcher.found(try BytePattern("((){1000}){1000}"), text))
    }

    @Test(
        "whatever is given as a pattern, nothing traps, and a pattern of signs without a meaning finds itself"
    )
    func fuzzed() throws {
        var generator = SeededGenerator(seed: 5, stream: "patterns")
        let signs = Array("ab01(){}[]|*+?.^$\\-,:dwsbx ".unicodeScalars)
        let matcher = PatternMatcher()
        var valid = 0
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...12, using: &generator)
            let scalars = (0..<length).map { _ in signs.randomElement(using: &generator) ?? "a" }
            let source = String(String.UnicodeScalarView(scalars))
            guard let pattern = try? BytePattern(source) else { continue }
            valid += 1
            #expect(pattern.program.count <= BytePattern.limit + 2_000)
            _ = matcher.found(pattern, source + "ab01")
        }
        #expect(valid > 1_000)
    }
}

extension PatternMatcher {
    /// With memory that was used before.
    fileprivate func found(_ pattern: BytePattern, _ text: String) -> Bool {
        var matcher = self
        return Array(text.utf8).withUnsafeBytes { matcher.finds(pattern, in: $0) }
    }
}

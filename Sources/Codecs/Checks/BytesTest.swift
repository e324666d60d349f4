package import Plan

/// A test of some bytes, ready to be made: of a body, a field's value, the text of a reply.
package enum BytesTest: Sendable, Equatable {
    case equals([UInt8])
    case contains([UInt8])
    case matches(BytePattern)
    case number(NumberTest.Comparison, [UInt8])
    case isNothing(Bool)

    package init(_ test: TextTest) {
        switch test {
        case .equals(let text): self = .equals(Array(text.utf8))
        case .contains(let text): self = .contains(Array(text.utf8))
        case .matches(let pattern): self = .matches(pattern)
        case .bytes(let bytes): self = .equals(bytes)
        case .number(let test): self = .number(test.comparison, Array(test.number.utf8))
        case .isNothing(let isNothing): self = .isNothing(isNothing)
        }
    }

    /// - Parameters:
    ///   - bytes: nil: the answer says that there is nothing.
    ///   - isWhole: false when the bytes are the beginning of more.
    package func passes(
        _ bytes: UnsafeRawBufferPointer?,
        isWhole: Bool,
        _ matcher: inout PatternMatcher
    ) -> Bool {
        if case .isNothing(let isNothing) = self { return isNothing == (bytes == nil) }
        guard let bytes else { return false }
        switch self {
        case .equals(let text): return isWhole && bytes.elementsEqual(text)
        case .contains(let text): return Self.finds(text, in: bytes)
        case .matches(let pattern): return matcher.finds(pattern, in: bytes)
        case .number(let comparison, let text):
            guard isWhole, let number = DecimalDigits(bytes) else { return false }
            return text.withUnsafeBytes { text in
                guard let limit = DecimalDigits(text) else { return false }
                return switch comparison {
                case .equal: number.compare(to: limit) == 0
                case .atLeast: number.compare(to: limit) >= 0
                case .atMost: number.compare(to: limit) <= 0
                }
            }
        case .isNothing: return false
        }
    }

    private static func finds(_ text: [UInt8], in bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = text.first else { return true }
        guard bytes.count >= text.count else { return false }
        for start in 0...(bytes.count - text.count) where bytes[start] == first {
            var count = 1
            while count < text.count, bytes[start + count] == text[count] { count += 1 }
            if count == text.count { return true }
        }
        return false
    }
}

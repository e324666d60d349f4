package import Plan

/// A test of some bytes, ready to be made: of a body, a field's value, the text of a reply.
package enum BytesTest: Sendable, Equatable {
    case equals([UInt8])
    case contains([UInt8])
    case matches(BytePattern)

    package init(_ test: TextTest) {
        switch test {
        case .equals(let text): self = .equals(Array(text.utf8))
        case .contains(let text): self = .contains(Array(text.utf8))
        case .matches(let pattern): self = .matches(pattern)
        }
    }

    /// - Parameter isWhole: false when the bytes are the beginning of more.
    package func passes(
        _ bytes: UnsafeRawBufferPointer,
        isWhole: Bool,
        _ matcher: inout PatternMatcher
    ) -> Bool {
        switch self {
        case .equals(let text): isWhole && bytes.elementsEqual(text)
        case .contains(let text): Self.finds(text, in: bytes)
        case .matches(let pattern): matcher.finds(pattern, in: bytes)
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

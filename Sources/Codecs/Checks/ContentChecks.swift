package import Plan

/// The checks of a load, ready to be made. A pure value: content in, verdict out.
package struct ContentChecks: Sendable, Equatable {
    private let checks: [Check]
    package let readsHead: Bool
    package let readsBody: Bool

    package init(_ checks: [AnswerCheck]) {
        self.checks = checks.map(Check.init)
        readsBody = checks.contains(where: \.readsBody)
        readsHead = !checks.allSatisfy(\.readsBody)
    }

    package var isEmpty: Bool { checks.isEmpty }

    /// The place of the first that the content does not pass; nil: it passes all.
    package func firstFailure(in content: AnswerContent, _ matcher: inout PatternMatcher) -> Int? {
        content.body.withUnsafeBytes { body in
            content.head.withUnsafeBytes { head in
                for (index, check) in checks.enumerated() {
                    guard check.passes(head: head, body: body, isWhole: content.isWhole, &matcher) else {
                        return index
                    }
                }
                return nil
            }
        }
    }
}

private enum Check: Sendable, Equatable {
    case body(BytesTest)
    case header(name: [UInt8], BytesTest)
    case json(JSONPointer, equals: [UInt8]?)

    init(_ check: AnswerCheck) {
        switch check {
        case .body(let test): self = .body(BytesTest(test))
        case .header(let name, let test): self = .header(name: Array(name.lowercased().utf8), BytesTest(test))
        case .json(let pointer, let value): self = .json(pointer, equals: value.map { Array($0.utf8) })
        }
    }

    func passes(
        head: UnsafeRawBufferPointer,
        body: UnsafeRawBufferPointer,
        isWhole: Bool,
        _ matcher: inout PatternMatcher
    ) -> Bool {
        switch self {
        case .body(let test): return test.passes(body, isWhole: isWhole, &matcher)
        case .json(let pointer, let value):
            var cursor = JSONCursor(body)
            return cursor.finds(pointer, equal: value)
        case .header(let name, let test):
            var fields = HeaderFields(head)
            while let field = fields.next() {
                guard fields.isName(field.name, name) else { continue }
                let value = UnsafeRawBufferPointer(rebasing: head[field.value])
                if test.passes(value, isWhole: true, &matcher) { return true }
            }
            return false
        }
    }
}

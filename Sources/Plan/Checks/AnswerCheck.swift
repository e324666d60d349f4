/// What the content of an answer must be; an answer with a good status that is not so is a wrong answer.
package enum AnswerCheck: Sendable, Equatable, Codable {
    /// Of the body, its first `bodyLimit` bytes are looked at.
    case body(TextTest)
    /// One of the fields with this name, upper and lower case alike.
    case header(name: String, TextTest)
    /// The value that the pointer finds is a text with this content, or a number, true, false or null written like this;
    /// nil: there is one, whatever it is.
    case json(JSONPointer, equals: String?)

    /// Bytes of a body that are kept for checks. A longer body equals nothing.
    package static let bodyLimit = 65_536

    package var readsBody: Bool {
        switch self {
        case .body, .json: true
        case .header: false
        }
    }

    /// In a few words, for people: "body contains 'ok'", "/status equals 'up'".
    package var text: String {
        switch self {
        case .body(let test): "body \(test.text)"
        case .header(let name, let test): "\(name) \(test.text)"
        case .json(let pointer, let value):
            "\(pointer.name) \(value.map { "equals \(quoted($0))" } ?? "exists")"
        }
    }
}

/// A test of bytes: of a body, a field's value, a reply's text.
package enum TextTest: Sendable, Equatable, Codable {
    case equals(String)
    case contains(String)
    case matches(BytePattern)

    package var text: String {
        switch self {
        case .equals(let text): "equals \(quoted(text))"
        case .contains(let text): "contains \(quoted(text))"
        case .matches(let pattern): "matches \(quoted(pattern.source))"
        }
    }
}

extension Reader {
    static let textTests = ["equals", "contains", "matches", "bytes", "number", "at-least", "at-most"]
    /// Where an answer may say that there is nothing.
    static let nothingTests = textTests + ["is"]
    static let mostCheckBytes = 4_096

    /// `body:`, with one test.
    func textTest(_ value: Value, _ what: String, ofNothing: Bool) -> TextTest? {
        let tests = ofNothing ? Self.nothingTests : Self.textTests
        guard let fields = Fields(value, what, keys: Self.nothingTests, problems: problems) else {
            return nil
        }
        if let test = fields["is"], !ofNothing {
            let message =
                "is tells nil from a text, and a \(what) here is always a text; expected equals: \"\""
            problems.add("check", at: test.place, message)
            return nil
        }
        return textTest(fields, among: tests)
    }

    /// The one test among other keys.
    func textTest(_ fields: Fields, among tests: [String] = Reader.textTests) -> TextTest? {
        let given = tests.filter { fields[$0] != nil }
        guard given.count == 1, let key = given.first, let value = fields[key] else {
            if !tests.contains(where: { fields.isMeant($0) && fields[$0] == nil }) {
                problems.add(
                    "check",
                    at: fields.place,
                    "\(fields.what) has \(given.count) tests; expected one of \(tests.listed)"
                )
            }
            return nil
        }
        switch key {
        case "is":
            return word(value, key, of: ["nothing", "something"]).map { .isNothing($0 == "nothing") }
        case "bytes": return bytes(value, key, most: Self.mostCheckBytes).map { .bytes($0) }
        default: return checkText(value, key).flatMap { test(key, $0, at: value.place) }
        }
    }

    private func test(_ key: String, _ text: String, at place: Place) -> TextTest? {
        switch key {
        case "equals": return .equals(text)
        case "contains": return .contains(text)
        case "matches":
            do {
                return .matches(try BytePattern(text))
            } catch {
                problems.add("pattern", at: place, "matches, \(quoted(text)), is \(error.words)")
                return nil
            }
        default:
            let test = NumberTest.Comparison(rawValue: key).flatMap { NumberTest($0, text) }
            if test == nil {
                problems.add(
                    "check",
                    at: place,
                    "\(key) is \(quoted(text)); expected a number such as 42 or -1.5"
                )
            }
            return test.map { .number($0) }
        }
    }

    func checkText(_ value: Value, _ key: String) -> String? {
        let expected = "a text of at most \(Self.mostCheckBytes) bytes"
        guard let text = text(value, key, expected: expected) else { return nil }
        guard text.utf8.count <= Self.mostCheckBytes else {
            problems.add("check", at: value.place, "\(key) is longer; expected \(expected)")
            return nil
        }
        return text
    }
}

extension CanonicalText {
    static func check(_ check: AnswerCheck) -> String {
        switch check {
        case .body(let test): map([("body", map([Self.test(test)]))])
        case .header(let name, let test): map([("header", map([("name", quote(name)), Self.test(test)]))])
        case .json(let pointer, let value):
            map([("json", map([("at", quote(pointer.text)), ("equals", value.map(quote))]))])
        }
    }

    private static func test(_ test: TextTest) -> (String, String?) {
        switch test {
        case .equals(let text): ("equals", quote(text))
        case .contains(let text): ("contains", quote(text))
        case .matches(let pattern): ("matches", quote(pattern.source))
        }
    }
}

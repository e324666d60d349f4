extension Reader {
    private static let mostChecks = 16
    private static let kinds = ["body", "header", "json"]
    private static let tests = ["equals", "contains", "matches"]
    private static let mostBytes = 4_096

    /// `check:` of a load: one check or a list, of what this protocol answers with.
    func checks(_ value: Value, of request: RequestPlan?) -> [AnswerCheck]? {
        guard case .http(let http)? = request else {
            if request != nil {
                problems.add("check", at: value.place, "check is for http; this load speaks another protocol")
            }
            return nil
        }
        guard http.version == .one else {
            problems.add("check", at: value.place, "check is for HTTP/1.1; leave it or version: 2 out")
            return nil
        }
        let items = items(value, "check", most: Self.mostChecks)
        let checks = items.compactMap { item -> AnswerCheck? in
            guard let check = check(item) else { return nil }
            guard !check.readsBody || http.method != "HEAD" else {
                problems.add("check", at: item.place, "the answer to HEAD has no body; check a header")
                return nil
            }
            return check
        }
        return checks.count == items.count ? checks : nil
    }

    private func check(_ value: Value) -> AnswerCheck? {
        let expected =
            "{ body: { contains: ok } }, { header: { name: X-Cache, equals: HIT } } or "
            + "{ json: { at: /status, equals: up } }"
        guard let fields = Fields(value, "a check", keys: Self.kinds, problems: problems) else { return nil }
        let given = Self.kinds.filter { fields[$0] != nil }
        guard given.count == 1, let kind = given.first, let check = fields[kind] else {
            if !Self.kinds.contains(where: { fields.isMeant($0) && fields[$0] == nil }) {
                problems.add("check", at: value.place, "a check looks at one thing; expected \(expected)")
            }
            return nil
        }
        switch kind {
        case "body":
            return Fields(check, "body", keys: Self.tests, problems: problems).flatMap(test).map { .body($0) }
        case "header": return headerCheck(check)
        default: return jsonCheck(check)
        }
    }

    private func headerCheck(_ value: Value) -> AnswerCheck? {
        let keys = ["name"] + Self.tests
        guard let fields = Fields(value, "header", keys: keys, problems: problems) else { return nil }
        let name = fields.required("name", "X-Cache").flatMap { name -> String? in
            let expected = "the name of a header, such as X-Cache"
            guard let text = text(name, "name", expected: expected) else { return nil }
            guard isToken(text) else {
                problems.add("header", at: name.place, "name is \(quoted(text)); expected \(expected)")
                return nil
            }
            return text
        }
        let test = test(fields)
        guard let name, let test else { return nil }
        return .header(name: name, test)
    }

    private func jsonCheck(_ value: Value) -> AnswerCheck? {
        guard let fields = Fields(value, "json", keys: ["at", "equals"], problems: problems) else {
            return nil
        }
        let pointer = fields.required("at", "/status").flatMap { at -> JSONPointer? in
            let expected = "a JSON pointer such as /items/0/name (RFC 6901)"
            guard let text = text(at, "at", expected: expected) else { return nil }
            guard text.utf8.count <= Self.mostBytes, let pointer = JSONPointer(text) else {
                problems.add("check", at: at.place, "at is \(quoted(text)); expected \(expected)")
                return nil
            }
            return pointer
        }
        // `null` is a value here, and not nothing.
        let equals = fields["equals"].map { $0.isNothing ? "null" : bounded($0, "equals") }
        if case .some(.none) = equals { return nil }
        return pointer.map { .json($0, equals: equals.flatMap { $0 }) }
    }

    private func test(_ fields: Fields) -> TextTest? {
        let given = Self.tests.filter { fields[$0] != nil }
        guard given.count == 1, let key = given.first, let value = fields[key] else {
            let expected = "one of \(Self.tests.listed)"
            if !Self.tests.contains(where: { fields.isMeant($0) && fields[$0] == nil }) {
                problems.add(
                    "check",
                    at: fields.place,
                    "\(fields.what) has \(given.count) tests; expected \(expected)"
                )
            }
            return nil
        }
        guard let text = bounded(value, key) else { return nil }
        switch key {
        case "equals": return .equals(text)
        case "contains": return .contains(text)
        default:
            do {
                return .matches(try BytePattern(text))
            } catch {
                problems.add("pattern", at: value.place, "matches, \(quoted(text)), is \(error.words)")
                return nil
            }
        }
    }

    private func bounded(_ value: Value, _ key: String) -> String? {
        let expected = "a text of at most \(Self.mostBytes) bytes"
        guard let text = text(value, key, expected: expected) else { return nil }
        guard text.utf8.count <= Self.mostBytes else {
            problems.add("check", at: value.place, "\(key) is longer; expected \(expected)")
            return nil
        }
        return text
    }
}

import Measures

extension Reader {
    private static let mostChecks = 16
    private static let kinds = [
        "body", "header", "json", "status", "value", "rows", "address", "record", "records", "code",
    ]

    /// `check:` of a load: one check or a list, of what this protocol answers with.
    func checks(_ value: Value, of request: RequestPlan?) -> [AnswerCheck]? {
        guard let request else { return nil }
        if case .none(let why) = request.checkKinds {
            problems.add("check", at: value.place, "check: \(request.protocolName) \(why)")
            return nil
        }
        let items = items(value, "check", most: Self.mostChecks)
        let checks = items.compactMap { check($0, of: request) }
        guard checks.count == items.count else { return nil }
        guard checks.count(where: \.isCode) <= 1 else {
            problems.add(
                "check",
                at: value.place,
                "check names two codes, and an answer has one; expected one"
            )
            return nil
        }
        return checks
    }

    private func check(_ value: Value, of request: RequestPlan) -> AnswerCheck? {
        guard let fields = Fields(value, "a check", keys: Self.kinds, problems: problems) else { return nil }
        let given = Self.kinds.filter { fields[$0] != nil }
        guard given.count == 1, let kind = given.first, let check = fields[kind] else {
            if !Self.kinds.contains(where: { fields.isMeant($0) && fields[$0] == nil }) {
                let expected = "a check looks at one thing; expected \(Self.example(request))"
                problems.add("check", at: value.place, expected)
            }
            return nil
        }
        guard case .these(let known, let instead) = request.checkKinds, !known.contains(kind) else {
            return self.check(kind, check, of: request)
        }
        let name = request.protocolName
        let message =
            instead ?? "\(kind) is not for \(name), whose answers have none; expected \(known.listed)"
        problems.add("check", at: value.place, message)
        return nil
    }

    private static func example(_ request: RequestPlan) -> String {
        switch request {
        case .http:
            "{ body: { contains: ok } }, { header: { name: X-Cache, equals: HIT } } or "
                + "{ json: { at: /status, equals: up } }"
        case .grpc:
            "{ status: NOT_FOUND }, { header: { name: x-node, equals: a } } or { body: { bytes: \"hex:0801\" } }"
        case .postgres: "{ value: { row: 1, column: name, equals: ann } } or { rows: 1-10 }"
        case .dns:
            "{ address: 192.0.2.7 }, { record: { type: MX, contains: mail } }, { records: 2 } or { code: NXDOMAIN }"
        case .redis, .tcp, .udp, .icmp: "{ body: { contains: ok } } or { json: { at: /status, equals: up } }"
        }
    }

    private func check(_ kind: String, _ value: Value, of request: RequestPlan) -> AnswerCheck? {
        switch kind {
        case "body": return textTest(value, "body", ofNothing: request.knowsNothing).map { .body($0) }
        case "header": return headerCheck(value)
        case "json": return jsonCheck(value)
        case "status": return code(value, "status", AnswerCodes.grpc).map { .status($0) }
        case "code": return code(value, "code", AnswerCodes.dns).map { .responseCode($0) }
        case "value": return valueCheck(value)
        case "rows": return countRange(value, "rows").map { .rows($0) }
        case "records": return countRange(value, "records").map { .records($0) }
        case "address": return addressCheck(value)
        default: return recordCheck(value)
        }
    }

    private func headerCheck(_ value: Value) -> AnswerCheck? {
        guard let fields = Fields(value, "header", keys: ["name"] + Self.textTests, problems: problems) else {
            return nil
        }
        let name = fields.required("name", "X-Cache").flatMap { name -> String? in
            let expected = "the name of a header, such as X-Cache"
            guard let text = text(name, "name", expected: expected) else { return nil }
            guard isToken(text) else {
                problems.add("header", at: name.place, "name is \(quoted(text)); expected \(expected)")
                return nil
            }
            return text
        }
        let test = textTest(fields)
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
            guard text.utf8.count <= Self.mostCheckBytes, let pointer = JSONPointer(text) else {
                problems.add("check", at: at.place, "at is \(quoted(text)); expected \(expected)")
                return nil
            }
            return pointer
        }
        // `null` is a value here, and not nothing.
        let equals = fields["equals"].map { $0.isNothing ? "null" : checkText($0, "equals") }
        if case .some(.none) = equals { return nil }
        return pointer.map { .json($0, equals: equals.flatMap { $0 }) }
    }
}

extension AnswerCheck {
    fileprivate var isCode: Bool {
        switch self {
        case .status, .responseCode: true
        default: false
        }
    }
}

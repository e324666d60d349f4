import Measures

/// Checks of a query's result, of a DNS answer's records, and of the code of an answer.
extension Reader {
    private static let mostCounted = 1_000_000_000

    /// `value:` of a query's result.
    func valueCheck(_ value: Value) -> AnswerCheck? {
        let keys = ["row", "column"] + Self.nothingTests
        guard let fields = Fields(value, "value", keys: keys, problems: problems) else { return nil }
        let row = optional(fields["row"], 1) { count($0, "row", 1...Self.mostCounted) }
        let column = optional(fields["column"], ResultCell.Column.number(1)) { resultColumn($0) }
        let test = textTest(fields, among: Self.nothingTests)
        guard let row, let column, let test else { return nil }
        return .value(ResultCell(row: row, column: column), test)
    }

    /// "2", or a name. PostgreSQL's names have at most 63 bytes.
    private func resultColumn(_ value: Value) -> ResultCell.Column? {
        let expected = "a column's number from 1, or its name"
        guard let text = text(value, "column", expected: expected) else { return nil }
        if let number = DecimalText(text)?.whole, (1...1_664).contains(number) { return .number(number) }
        guard (1...63).contains(text.utf8.count), DecimalText(text) == nil, !text.utf8.contains(0) else {
            problems.add("check", at: value.place, "column is \(quoted(text)); expected \(expected)")
            return nil
        }
        return .name(text)
    }

    /// "3", or "1-5".
    func countRange(_ value: Value, _ key: String) -> ClosedRange<Int>? {
        let expected = "a number or a range of them, such as 3 or 1-10"
        guard let text = text(value, key, expected: expected) else { return nil }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            .map { DecimalText($0)?.whole }
        guard let first = ends.first.flatMap({ $0 }), let last = ends.last.flatMap({ $0 }), first <= last,
            last <= Self.mostCounted
        else {
            problems.add("check", at: value.place, "\(key) is \(quoted(text)); expected \(expected)")
            return nil
        }
        return first...last
    }

    /// A name such as NOT_FOUND, or its number.
    func code(_ value: Value, _ key: String, _ codes: AnswerCodes) -> UInt32? {
        let expected = "a code such as \(codes.all[3]) or 3"
        guard let text = text(value, key, expected: expected) else { return nil }
        if let number = codes.number(text) { return number }
        if let number = DecimalText(text)?.whole, (0..<codes.all.count).contains(number) {
            return UInt32(number)
        }
        let nearest = Spelling.nearest(to: text.uppercased(), in: codes.all)
        let message = "\(key) is \(quoted(text)); expected \(expected)"
        problems.add("check", at: value.place, message, nearest: nearest)
        return nil
    }

    func addressCheck(_ value: Value) -> AnswerCheck? {
        let expected = "an IPv4 or IPv6 address such as 192.0.2.7"
        guard let text = text(value, "address", expected: expected) else { return nil }
        guard let address = AddressBytes(text) else {
            problems.add("check", at: value.place, "address is \(quoted(text)); expected \(expected)")
            return nil
        }
        return .address(address)
    }

    /// `record:`, of the type asked for unless it says another.
    func recordCheck(_ value: Value) -> AnswerCheck? {
        let keys = ["type"] + Self.textTests
        guard let fields = Fields(value, "record", keys: keys, problems: problems) else { return nil }
        let types = DNSRequestPlan.RecordType.allCases
        let type: DNSRequestPlan.RecordType?? = fields["type"].map { value in
            word(value, "type", of: types.map(\.text)).flatMap { text in types.first { $0.text == text } }
        }
        if case .some(.none) = type { return nil }
        return textTest(fields).map { .record(type.flatMap { $0 }, $0) }
    }
}

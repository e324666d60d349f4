import Measures

extension CanonicalText {
    static func check(_ check: AnswerCheck) -> String {
        switch check {
        case .body(let test): map([("body", map([Self.test(test)]))])
        case .header(let name, let test): map([("header", map([("name", quote(name)), Self.test(test)]))])
        case .json(let pointer, let value):
            map([("json", map([("at", quote(pointer.text)), ("equals", value.map(quote))]))])
        case .status(let number): map([("status", AnswerCodes.grpc.name(number))])
        case .responseCode(let number): map([("code", AnswerCodes.dns.name(number))])
        case .value(let cell, let test):
            map([("value", map([("row", "\(cell.row)"), ("column", column(cell)), Self.test(test)]))])
        case .rows(let range): map([("rows", count(range))])
        case .address(let address): map([("address", quote(address.text))])
        case .record(let type, let test): map([("record", map([("type", type?.text), Self.test(test)]))])
        case .records(let range): map([("records", count(range))])
        }
    }

    private static func test(_ test: TextTest) -> (String, String?) {
        switch test {
        case .equals(let text): ("equals", quote(text))
        case .contains(let text): ("contains", quote(text))
        case .matches(let pattern): ("matches", quote(pattern.source))
        case .bytes(let bytes): ("bytes", quote(ByteText.text(of: bytes)))
        case .number(let test): (test.comparison.rawValue, quote(test.number))
        case .isNothing(let isNothing): ("is", isNothing ? "nothing" : "something")
        }
    }

    private static func column(_ cell: ResultCell) -> String {
        switch cell.column {
        case .number(let number): "\(number)"
        case .name(let name): quote(name)
        }
    }

    private static func count(_ range: ClosedRange<Int>) -> String {
        quote("\(range.lowerBound)-\(range.upperBound)")
    }
}

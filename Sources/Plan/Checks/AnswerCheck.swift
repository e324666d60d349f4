package import Measures

/// What the content of an answer must be; an answer with a good status that is not so is a wrong answer.
package enum AnswerCheck: Sendable, Equatable, Codable {
    /// Of a body, a message, a reply or a datagram the first `bodyLimit` bytes are looked at.
    case body(TextTest)
    /// One of the fields with this name, upper and lower case alike.
    case header(name: String, TextTest)
    /// The value that the pointer finds is a text with this content, or a number, true, false or null written like this;
    /// nil: there is one, whatever it is.
    case json(JSONPointer, equals: String?)
    /// The answer's code is this one, of success or not: a gRPC status. Another error than this is that error.
    case status(UInt32)
    /// The same of a DNS answer.
    case responseCode(UInt32)
    /// A cell of a query's result.
    case value(ResultCell, TextTest)
    /// So many rows, of all results of a query together.
    case rows(ClosedRange<Int>)
    /// An A or AAAA record of a DNS answer holds this address.
    case address(AddressBytes)
    /// The data of one of an answer's records of this type, as a zone file writes them; nil: of the type asked for.
    case record(DNSRequestPlan.RecordType?, TextTest)
    /// So many records in an answer.
    case records(ClosedRange<Int>)

    /// Bytes of a body that are kept for checks. A longer body equals nothing.
    package static let bodyLimit = 65_536

    /// In a few words, for people: "body contains 'ok'", "/status equals 'up'".
    package var text: String {
        switch self {
        case .body(let test): "body \(test.text)"
        case .header(let name, let test): "\(name) \(test.text)"
        case .json(let pointer, let value):
            "\(pointer.name) \(value.map { "equals \(quoted($0))" } ?? "exists")"
        case .status(let number): "status \(AnswerCodes.grpc.name(number))"
        case .responseCode(let number): "code \(AnswerCodes.dns.name(number))"
        case .value(let cell, let test): "\(cell.text) \(test.text)"
        case .rows(let range): "\(range.countText) rows"
        case .address(let address): "address \(address.text)"
        case .record(let type, let test): "\(type?.text ?? "record") \(test.text)"
        case .records(let range): "\(range.countText) records"
        }
    }
}

/// A place in a query's result.
package struct ResultCell: Sendable, Equatable, Codable {
    package enum Column: Sendable, Equatable, Codable {
        /// From 1.
        case number(Int)
        /// The first of this name, as the server writes it.
        case name(String)
    }

    /// From 1.
    package let row: Int
    package let column: Column

    package init(row: Int = 1, column: Column = .number(1)) {
        self.row = row
        self.column = column
    }

    var text: String { "row \(row) \(columnText)" }

    var columnText: String {
        switch column {
        case .number(let number): "column \(number)"
        case .name(let name): quoted(name)
        }
    }
}

extension ClosedRange<Int> {
    /// "3", or "1–5".
    fileprivate var countText: String {
        lowerBound == upperBound ? "\(lowerBound)" : "\(lowerBound)–\(upperBound)"
    }
}

import Measures
package import Plan

/// The checks of a load, ready to be made. A pure value: content in, verdict out.
package struct ContentChecks: Sendable, Equatable {
    private let checks: [Check]
    package let readsHead: Bool
    package let readsBody: Bool
    /// Cells of a query's result that are looked at, in the checks' order.
    let cells: [ResultCell]
    /// One of them is known by its column's name.
    let namesColumns: Bool
    /// The code that an answer is to have, and the place of the check that wants it.
    let code: (place: Int, number: UInt32)?

    /// - Parameter question: of a DNS load: the type of record that checks mean which name none.
    package init(_ checks: [AnswerCheck], question: DNSRequestPlan.RecordType? = nil) {
        var made: [Check] = []
        var cells: [ResultCell] = []
        for check in checks {
            made.append(Check(check, cell: cells.count, question: question))
            if case .value(let cell, _) = check { cells.append(cell) }
        }
        self.checks = made
        self.cells = cells
        namesColumns = cells.contains { if case .name = $0.column { true } else { false } }
        readsBody = made.contains(where: \.readsBody)
        readsHead = made.contains { if case .header = $0 { true } else { false } }
        let codes = checks.enumerated().compactMap { place, check -> (place: Int, number: UInt32)? in
            switch check {
            case .status(let number), .responseCode(let number): (place, number)
            default: nil
            }
        }
        code = codes.first
    }

    package static func == (left: ContentChecks, right: ContentChecks) -> Bool { left.checks == right.checks }

    package var isEmpty: Bool { checks.isEmpty }

    /// The place of the first that the content does not pass; nil: it passes all.
    package func firstFailure(in content: AnswerContent, _ memory: inout CheckMemory) -> Int? {
        content.body.withUnsafeBytes { body in
            content.head.withUnsafeBytes { head in
                for (index, check) in checks.enumerated() {
                    guard check.passes(content, head: head, body: body, &memory) else { return index }
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
    case value(cell: Int, BytesTest)
    case rows(ClosedRange<Int>)
    case address([UInt8])
    case record(type: UInt16, BytesTest)
    case records(ClosedRange<Int>)
    /// Looked at before the content.
    case code

    init(_ check: AnswerCheck, cell: Int, question: DNSRequestPlan.RecordType?) {
        switch check {
        case .body(let test): self = .body(BytesTest(test))
        case .header(let name, let test): self = .header(name: Array(name.lowercased().utf8), BytesTest(test))
        case .json(let pointer, let value): self = .json(pointer, equals: value.map { Array($0.utf8) })
        case .value(_, let test): self = .value(cell: cell, BytesTest(test))
        case .rows(let range): self = .rows(range)
        case .address(let address): self = .address(address.bytes)
        case .record(let type, let test):
            self = .record(type: (type ?? question ?? .a).rawValue, BytesTest(test))
        case .records(let range): self = .records(range)
        case .status, .responseCode: self = .code
        }
    }

    var readsBody: Bool {
        switch self {
        case .body, .json, .address, .record, .records: true
        case .header, .value, .rows, .code: false
        }
    }

    func passes(
        _ content: AnswerContent,
        head: UnsafeRawBufferPointer,
        body: UnsafeRawBufferPointer,
        _ memory: inout CheckMemory
    ) -> Bool {
        switch self {
        case .body(let test):
            return test.passes(content.isNothing ? nil : body, isWhole: content.isWhole, &memory.matcher)
        case .json(let pointer, let value):
            var cursor = JSONCursor(body)
            return !content.isNothing && cursor.finds(pointer, equal: value)
        case .header(let name, let test):
            var fields = HeaderFields(head)
            while let field = fields.next() {
                guard fields.isName(field.name, name) else { continue }
                let value = UnsafeRawBufferPointer(rebasing: head[field.value])
                if test.passes(value, isWhole: true, &memory.matcher) { return true }
            }
            return false
        case .value(let cell, let test): return content.result.passes(test, cell: cell, &memory.matcher)
        case .rows(let range): return range.contains(content.result.rows)
        case .address(let address): return DNSRecords.hold(address, in: body)
        case .record(let type, let test): return DNSRecords.hold(type, test, in: body, &memory)
        case .records(let range): return range.contains(DNSRecords.count(in: body))
        case .code: return true
        }
    }
}

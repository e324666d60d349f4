import Foundation

/// Operations as text, a JSON object a line, in any order:
///
///     {"client": 1, "op": "write", "key": "a", "value": 7, "start": 100, "end": 250, "outcome": "ok"}
///
/// `start` and `end` are nanoseconds of one clock; of several that are known to within a bound, with it as `bound`. `client` and `key` may be left out where there is one; `outcome` is "ok"
/// where it is left out, "failed" where the operation certainly had no effect, "unknown" where nobody knows (then without
/// `end`). A read of nothing has the value null. `found` has no value where it says only that all was looked at, and then a
/// `start` where that was before all was over. `cas` has `expected`, and `set`: whether it was. A last line that broke off, without its line end, is left out.
package struct HistoryFile: Sendable {
    package let name: String
    package let entries: [HistoryEntry]
    /// Whoever wrote it was cut off within its last line, which is left out.
    package private(set) var isTorn = false

    package static let mostBytes = 1 << 30
    private static let mostLineBytes = 65_536
    /// So that no difference overflows.
    private static let reach: ClosedRange<Int64> = -(1 << 61)...(1 << 61)

    private struct Line: Decodable {
        let client: Int?
        let op: String
        let key: String?
        let value: Int64?
        let expected: Int64?
        let set: Bool?
        let start: Int64?
        let end: Int64?
        let bound: Int64?
        let outcome: String?
    }

    package init(_ bytes: some Collection<UInt8>, name: String) throws(HistoryError) {
        self.name = name
        var entries: [HistoryEntry] = []
        var number = 0
        let decoder = JSONDecoder()
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard line.contains(where: { $0 != 32 && $0 != 9 && $0 != 13 }) else { continue }
            guard line.count <= Self.mostLineBytes else {
                throw HistoryError("too-long", name, line: number, "longer than \(Self.mostLineBytes) bytes")
            }
            guard let read = try? decoder.decode(Line.self, from: Data(line)) else {
                // What never was the beginning of an operation is not one that broke off.
                let isBegun = line.first { $0 != 32 && $0 != 9 } == UInt8(ascii: "{")
                if isBegun, line.endIndex == bytes.endIndex, !entries.isEmpty {
                    isTorn = true
                    continue
                }
                throw HistoryError(
                    "no-operation",
                    name,
                    line: number,
                    "no operation; expected an object such as "
                        + #"{"op": "write", "value": 7, "start": 100, "end": 250}, whole numbers within 64 bits"#
                )
            }
            entries.append(try Self.entry(read, name, number))
        }
        guard !entries.isEmpty else {
            throw HistoryError("empty", name, "holds no operation; expected a JSON object a line")
        }
        self.entries = entries
    }

    private static func entry(_ line: Line, _ name: String, _ number: Int) throws(HistoryError)
        -> HistoryEntry
    {
        guard let verb = HistoryEntry.Verb(rawValue: line.op) else {
            let known = HistoryEntry.Verb.allCases.map(\.rawValue).joined(separator: ", ")
            throw HistoryError(
                "unknown-op",
                name,
                line: number,
                "op is \"\(line.op)\"; expected one of \(known)"
            )
        }
        guard let outcome = InvocationOutcome(rawValue: line.outcome ?? "ok") else {
            throw HistoryError(
                "outcome",
                name,
                line: number,
                "outcome is \"\(line.outcome ?? "")\"; expected ok, failed or unknown"
            )
        }
        if line.value == nil, verb != .read, verb != .receive, verb != .found {
            throw HistoryError(
                "no-value",
                name,
                line: number,
                "\(line.op) without a value; expected a whole number"
            )
        }
        if verb == .cas, line.expected == nil || (outcome == .ok && line.set == nil) {
            throw HistoryError(
                "cas",
                name,
                line: number,
                "cas needs expected, and set: true or false where the outcome is ok"
            )
        }
        let isTimed = verb != .found && verb != .give
        guard !isTimed || line.start != nil else {
            throw HistoryError(
                "no-start",
                name,
                line: number,
                "\(line.op) without a start; expected nanoseconds"
            )
        }
        let start = line.start ?? (verb == .found ? Self.reach.upperBound : 0)
        guard Self.reach.contains(start), line.end.map(Self.reach.contains) ?? true else {
            throw HistoryError(
                "out-of-range",
                name,
                line: number,
                "start and end are nanoseconds of one clock, at most 73 years from its zero"
            )
        }
        let bound = line.bound ?? 0
        guard (0...Self.reach.upperBound).contains(bound) else {
            throw HistoryError(
                "out-of-range",
                name,
                line: number,
                "bound is \(bound); expected nanoseconds, 0 or more, at most 73 years"
            )
        }
        guard outcome == .unknown || !isTimed || (line.end ?? .min) >= start else {
            throw HistoryError(
                "no-end",
                name,
                line: number,
                "\(line.op) that is \(outcome.rawValue) needs an end, not before its start; without one its outcome is unknown"
            )
        }
        return HistoryEntry(
            line: number,
            key: line.key ?? "",
            verb: verb,
            value: line.value,
            expected: line.expected,
            isSet: line.set ?? false,
            client: line.client ?? 0,
            start: start,
            end: line.end ?? .max,
            bound: bound,
            outcome: outcome
        )
    }
}

import Testing

@testable import Correctness

@Suite struct HistoryLineTests {
    @Test("a line that is written is read as the same operation")
    func roundTrip() throws {
        let verbs: [(HistoryEntry.Verb, Int64?)] = [(.write, 7), (.read, nil), (.read, -3), (.add, .max)]
        let outcomes: [InvocationOutcome] = [.ok, .failed, .unknown]
        var text = ""
        for (verb, value) in verbs {
            for outcome in outcomes {
                text += HistoryLine.operation(
                    verb,
                    key: "a\"\\\u{1}",
                    value: value,
                    client: 4,
                    start: 10,
                    end: 25,
                    outcome: outcome,
                    reason: "no \"answer\"\nin time"
                )
            }
        }
        let entries = try HistoryFile(Array(text.utf8), name: "h").entries
        #expect(entries.count == 12)
        for (index, entry) in entries.enumerated() {
            let (verb, value) = verbs[index / 3]
            #expect(entry.verb == verb && entry.value == value && entry.outcome == outcomes[index % 3])
            #expect(entry.key == "a\"\\ " && entry.client == 4 && entry.start == 10)
            #expect(entry.end == (entry.outcome == .unknown ? .max : 25))
        }
    }

    @Test("whoever looked and found nothing has lost all, whoever did not look knows nothing")
    func looked() throws {
        let added = HistoryLine.operation(
            .add,
            key: "s",
            value: 1,
            client: 1,
            start: 0,
            end: 1,
            outcome: .ok
        )
        let state = { (text: String) in
            try HistoryJudgement(HistoryFile(Array(text.utf8), name: "h"), as: .set).state
        }
        #expect(try state(added) == .undecided)
        let looked = HistoryLine.looked(key: "s", at: 2)
        #expect(try state(added + looked) == .violated)
        #expect(try state(added + HistoryLine.found(1, key: "s") + looked) == .holds)
        // As recordings have it that are older than the instant.
        #expect(try state(added + #"{"op":"found","key":"s"}"#) == .violated)
    }

    @Test(
        "what was acknowledged after the looking, or may have been, is not called lost",
        arguments: [(1, 0, 0, true), (2, 0, 0, true), (3, 0, 0, false), (1, 1, 0, true), (1, 1, 1, false)]
    )
    func late(end: Int64, bound: Int64, lookingBound: Int64, isLost: Bool) throws {
        let text =
            HistoryLine.operation(
                .add,
                key: "s",
                value: 1,
                client: 1,
                start: 0,
                end: end,
                bound: bound,
                outcome: .ok
            ) + HistoryLine.looked(key: "s", at: 2, bound: lookingBound)
        let judgement = try HistoryJudgement(HistoryFile(Array(text.utf8), name: "h"), as: .set)
        #expect(judgement.state == (isLost ? .violated : .holds))
    }

    @Test("an order that the clocks' bounds do not prove is not held against a store", arguments: [4, 5])
    func doubt(bound: Int64) throws {
        let line = { (verb: HistoryEntry.Verb, value: Int64, start: Int64) in
            HistoryLine.operation(
                verb,
                key: "a",
                value: value,
                client: Int(start),
                start: start,
                end: start + 10,
                bound: bound,
                outcome: .ok
            )
        }
        // The read begins 10 ns after the second write was over: by clocks within 4 ns of the axis it is stale.
        let text = line(.write, 1, 0) + line(.write, 2, 100) + line(.read, 1, 120)
        let file = try HistoryFile(Array(text.utf8), name: "h")
        #expect(file.entries.map(\.bound) == [bound, bound, bound])
        #expect(try HistoryJudgement(file, as: .register).state == (bound < 5 ? .violated : .holds))
        #expect(HistoryJudgement(registers: file.entries).state == (bound < 5 ? .violated : .holds))
        let more = try HistoryJudgement(file, as: .register, clockBound: 1)
        #expect(more.state == .holds)
    }

    @Test("a bound that is none is refused", arguments: [-1, .max])
    func badBound(bound: Int64) {
        let text = #"{"op":"write","value":1,"start":0,"end":1,"bound":\#(bound)}"#
        #expect(throws: HistoryError.self) { try HistoryFile(Array(text.utf8), name: "h") }
    }

    @Test("a last line that broke off is left out, wherever it did; one within is refused")
    func torn() throws {
        let line = HistoryLine.operation(
            .write,
            key: "a",
            value: 1,
            client: 1,
            start: 0,
            end: 1,
            outcome: .ok
        )
        let bytes = Array((line + line).utf8)
        let first = line.utf8.count
        for cut in first...bytes.count {
            let file = try HistoryFile(bytes[..<cut], name: "h")
            let isWhole = cut >= bytes.count - 1
            #expect(file.entries.count == (isWhole ? 2 : 1))
            #expect(file.isTorn == (cut > first && !isWhole))
        }
        #expect(throws: HistoryError.self) { try HistoryFile(bytes[1...], name: "h") }
        #expect(throws: HistoryError.self) { try HistoryFile(Array((line + "nonsense").utf8), name: "h") }
    }

    @Test("the first counter-example is shown with the operations on each of its values")
    func example() throws {
        let text =
            #"{"op":"write","key":"b","value":1,"start":0,"end":10}"# + "\n"
            + #"{"op":"write","key":"b","value":2,"start":20,"end":30}"# + "\n"
            + #"{"op":"read","key":"b","value":1,"start":40,"end":50}"# + "\n"
        let file = try HistoryFile(Array(text.utf8), name: "h")
        let judgement = HistoryJudgement(registers: file.entries)
        #expect(judgement == (try HistoryJudgement(file, as: .register)))
        #expect(judgement.example.map { $0.map(\.line) } == [[1, 3], [2]])
    }
}

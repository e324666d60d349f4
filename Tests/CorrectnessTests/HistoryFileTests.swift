import Testing

@testable import Correctness

@Suite struct HistoryFileTests {
    private func judged(_ text: String, _ model: HistoryModel, bound: Int64 = 0) throws -> HistoryJudgement {
        try HistoryJudgement(HistoryFile(Array(text.utf8), name: "h.jsonl"), as: model, clockBound: bound)
    }

    @Test("a lost write and a stale read are found, with the lines of the file")
    func found() throws {
        let history = """
            {"client": 1, "op": "write", "key": "a", "value": 1, "start": 0, "end": 10}

            {"client": 1, "op": "write", "key": "a", "value": 2, "start": 20, "end": 30}
            {"client": 2, "op": "read", "key": "a", "value": 1, "start": 40, "end": 50}
            {"client": 2, "op": "read", "key": "b", "value": null, "start": 40, "end": 50}
            """
        let register = try judged(history, .register)
        #expect(register.state == .violated && register.keys == 2 && register.operations == 4)
        #expect(register.findings == ["a: neither came first: 1 (lines 1, 4) and 2 (lines 3)"])
        #expect(try judged(history, .register, bound: 5).state == .holds)
        #expect(try judged(history, .staleness).findings == ["a: line 4 missed line 3, over for 10 ns"])
        #expect(try judged(history, .session).state == .holds)
        let set = """
            {"op": "add", "value": 1, "start": 0, "end": 1}
            {"op": "add", "value": 2, "start": 0, "end": 1}
            {"op": "add", "value": 3, "start": 0, "outcome": "unknown"}
            {"op": "found", "value": 1}
            {"op": "found", "value": 3}
            """
        let lost = try judged(set, .set)
        #expect(lost.state == .violated)
        #expect(
            lost.findings == ["1 lost of 2 acknowledged: 2", "1 found, and not known to have been added: 3"]
        )
        #expect(
            try judged("{\"op\": \"give\", \"value\": 7}\n{\"op\": \"give\", \"value\": 7}", .ids).findings
                == ["7 was given out 2 times"]
        )
    }

    @Test(
        "what is no history names its line and what was expected, and is refused whole",
        arguments: [
            ("", "h.jsonl: holds no operation"),
            ("{}", "h.jsonl:1: no operation; expected an object"),
            ("\n\n[1]", "h.jsonl:3: no operation"),
            (
                #"{"op": "wirte", "value": 1, "start": 0, "end": 1}"#,
                "h.jsonl:1: op is \"wirte\"; expected one of write, read"
            ),
            (#"{"op": "write", "start": 0, "end": 1}"#, "h.jsonl:1: write without a value"),
            (#"{"op": "write", "value": 1, "end": 1}"#, "h.jsonl:1: write without a start"),
            (#"{"op": "write", "value": 1, "start": 2}"#, "h.jsonl:1: write that is ok needs an end"),
            (
                #"{"op": "write", "value": 1, "start": 2, "end": 1}"#,
                "h.jsonl:1: write that is ok needs an end"
            ),
            (#"{"op": "write", "value": 1.5, "start": 2, "end": 3}"#, "h.jsonl:1: no operation"),
            (
                #"{"op": "write", "value": 99999999999999999999, "start": 2, "end": 3}"#,
                "h.jsonl:1: no operation"
            ),
            (
                #"{"op": "write", "value": 1, "start": 2, "end": 9223372036854775807}"#,
                "h.jsonl:1: start and end are nanoseconds"
            ),
            (#"{"op": "cas", "value": 1, "start": 2, "end": 3}"#, "h.jsonl:1: cas needs expected"),
            (
                #"{"op": "read", "value": 1, "start": 2, "end": 3, "outcome": "maybe"}"#,
                "h.jsonl:1: outcome is \"maybe\""
            ),
            (
                #"{"op": "send", "value": 1, "start": 2, "end": 3}"#,
                "h.jsonl:1: send is nothing that a history of register has"
            ),
        ]
    )
    func refused(text: String, message: String) {
        let error = #expect(throws: HistoryError.self) { try judged(text, .register) }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test("no bytes break the reader or the checks", arguments: HistoryModel.allCases)
    func fuzzed(model: HistoryModel) {
        var random = SystemRandomNumberGenerator()
        let verbs = HistoryEntry.Verb.allCases.map(\.rawValue)
        let numbers = [
            "0", "1", "2", "-1", "9223372036854775807", "-9223372036854775808", "null", "1e3", "true",
        ]
        var judged = 0
        for _ in 0..<3_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                let verb =
                    Int.random(in: 0..<8, using: &random) == 0
                    ? verbs.randomElement(using: &random)
                    : model.verbs.map(\.rawValue).randomElement(using: &random)
                let number = { numbers.randomElement() ?? "0" }
                bytes += Array(
                    """
                    {"client": 0, "op": "\(verb ?? "")", "value": \(number()), "expected": \(number()), "set": true, \
                    "start": \(number()), "end": \(number())}

                    """.utf8
                )
            }
            if Bool.random(using: &random), let place = bytes.indices.randomElement(using: &random) {
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) {
                bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            }
            if let file = try? HistoryFile(bytes, name: "fuzz"),
                (try? HistoryJudgement(
                    file,
                    as: model,
                    clockBound: Int64.random(in: 0 ... .max, using: &random)
                )) != nil
            {
                judged += 1
            }
        }
        #expect(judged > 20)
    }
}

import ArgumentParser
import Correctness
import LinuxSystem
import Measures
import Plan

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract:
            "Hold a history of operations against what a store promises: linearizable, nothing lost, in order.",
        discussion: """
              faultline check history.jsonl --as register
              faultline check acknowledged.jsonl --as set          add and found: what was lost?
              some-client | faultline check - --as queue --clock-bound 80us
              faultline check RUN/recording/history-prices.jsonl --as register     (what `history:` recorded)

            A history is a JSON object a line, in any order; start and end are nanoseconds of one clock:
              {"client": 1, "op": "write", "key": "a", "value": 7, "start": 100, "end": 250, "outcome": "ok"}
              {"client": 2, "op": "read", "key": "a", "value": 7, "start": 260, "end": 300}
              {"client": 1, "op": "write", "key": "a", "value": 8, "start": 310, "outcome": "unknown"}
            A line's own "bound" (nanoseconds) says how far its clock may be off; --clock-bound is added to it.

            outcome: ok (usual), failed (certainly without effect), unknown (a time-out: it may take effect later).
              register   write, read, cas (expected, value, set)     queue    send, receive
              set        add, found                                  counter  add, read
              ids        give                                        session, staleness  write, read of versions

            Each key is checked by itself. Where no value is written twice, a register of a million operations takes \
            seconds; use many keys with few clients on each. Exit code 0: it holds, 1: it is broken, 3: undecided.
            """
    )

    @Argument(help: "A file, or - for standard input.", completion: .file()) var file: String
    @Option(name: .customLong("as"), help: "register, queue, set, counter, ids, session or staleness.")
    var model: String
    @Option(help: "How far the clients' clocks may be apart, such as 80us; one clock when left out.")
    var clockBound: String?
    @Flag(help: "The result as JSON.") var json = false

    private struct Result: Encodable {
        let model: String
        let state: HistoryJudgement.State
        let operations: Int
        let keys: Int
        let findings: [String]
        let unlisted: Int
    }

    func run() throws {
        guard let model = HistoryModel(rawValue: self.model) else {
            let known = HistoryModel.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--as is \"\(self.model)\"; expected one of \(known)")
        }
        let bound = try clockBound.map { text in
            guard let bound = DurationText.duration(text), bound >= .zero else {
                throw ValidationError("--clock-bound is \"\(text)\"; expected a duration such as 80us")
            }
            return bound.nanoseconds
        }
        let path = file == "-" ? "/dev/stdin" : file
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try FileContents.read(path, limit: HistoryFile.mostBytes)
        } catch {
            throw ValidationError("the history cannot be read: \(error.message)")
        }
        let history = try HistoryFile(bytes, name: file == "-" ? "standard input" : file)
        if history.isTorn { Console.error("\(history.name): its last line broke off and was left out") }
        let judgement = try HistoryJudgement(history, as: model, clockBound: bound ?? 0)
        if json {
            try Console.json(
                Result(
                    model: model.rawValue,
                    state: judgement.state,
                    operations: judgement.operations,
                    keys: judgement.keys,
                    findings: judgement.findings,
                    unlisted: judgement.unlisted
                )
            )
        } else {
            show(judgement, model)
        }
        let code: Measures.ExitCode =
            switch judgement.state {
            case .holds: .met
            case .undecided: .inconclusive
            case .violated: .missed
            }
        if code != .met { throw ArgumentParser.ExitCode(code.rawValue) }
    }

    private func show(_ judgement: HistoryJudgement, _ model: HistoryModel) {
        let word =
            switch judgement.state {
            case .holds: "HOLDS"
            case .undecided: "UNDECIDED"
            case .violated: "BROKEN"
            }
        Console.print(
            "\(word): \(model.promise) (\(judgement.operations) operations, "
                + "\(judgement.keys) \(judgement.keys == 1 ? "key" : "keys"))"
        )
        for finding in judgement.findings { Console.print("  \(finding)") }
        if judgement.unlisted > 0 { Console.print("  and \(judgement.unlisted) more") }
    }
}

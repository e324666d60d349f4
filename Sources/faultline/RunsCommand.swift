import ArgumentParser
import Foundation
import Measures
import Report
import RunIndex
import Verdict

struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "The runs in Results, the latest first; how an experiment did over time.",
        discussion: """
              faultline runs
              faultline runs --experiment web-failover --outcome missed --since 7d --limit 5
              faultline runs --json | jq '.[0].p99Milliseconds'
              faultline runs trend web-failover --html trend.html

            The folders are the truth; Results/runs.sqlite is made from them and follows them, also when folders come, go or \
            are judged again. It may be deleted.
            """,
        subcommands: [List.self, Trend.self],
        defaultSubcommand: List.self
    )

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The runs, the latest first.")

        @OptionGroup var place: RunsPlace
        @Option(
            name: .shortAndLong,
            help: "Only runs of this experiment.",
            completion: Completions.experiment
        )
        var experiment: String?
        @Option(
            help: "Only runs that ended so: met, missed or inconclusive.",
            completion: .list(Verdict.Outcome.allCases.map(\.rawValue))
        )
        var outcome: Verdict.Outcome?
        @Option(help: "Only runs begun since: 7d, 12h, 30m ago, or a date (2026-11-23).") var since: Since?
        @Option(name: .shortAndLong, help: "The latest so many; 0: all.") var limit = 20
        @Flag(help: "JSON.") var json = false

        func run() throws {
            let filter = RunFilter(
                experiment: experiment,
                outcome: outcome,
                since: since?.seconds(before: Date()),
                limit: limit > 0 ? limit : nil
            )
            let runs = try place.runs(filter)
            if json { return try Console.json(runs) }
            Console.print(runs.isEmpty ? "no such run in \(place.results)" : RunList.text(runs))
        }
    }

    struct Trend: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How the runs of one experiment did over time: p99, failures, verdicts."
        )

        @Argument(help: "The experiment's name.", completion: Completions.experiment) var experiment: String
        @OptionGroup var place: RunsPlace
        @Option(help: "Only runs begun since: 7d, 12h, 30m ago, or a date (2026-11-23).") var since: Since?
        @Option(name: .shortAndLong, help: "The latest so many.") var limit = 60
        @Option(help: "The chart as a page.", completion: .file(extensions: ["html"])) var html: String?
        @Flag(help: "JSON: the runs, the oldest first.") var json = false

        func run() throws {
            let filter = RunFilter(
                experiment: experiment,
                since: since?.seconds(before: Date()),
                limit: max(1, limit)
            )
            let runs = Array(try place.runs(filter).reversed())
            guard !runs.isEmpty else {
                let others = Set(try place.runs(RunFilter()).map(\.experiment)).sorted()
                throw FileError(
                    code: "runs.none",
                    message: "no such run of \(experiment) in \(place.results); "
                        + (others.isEmpty
                            ? "there is none at all" : "there are \(others.joined(separator: ", "))")
                )
            }
            if let html {
                do {
                    try Data(TrendPage(runs).html.utf8).write(
                        to: URL(fileURLWithPath: html),
                        options: .atomic
                    )
                } catch {
                    throw FileError(
                        code: "runs.output",
                        message: "\(html): cannot be written: \(error.localizedDescription)"
                    )
                }
            }
            if json { return try Console.json(runs) }
            Console.print(TrendText.render(runs))
            if let html { Console.print("written: \(html)") }
        }
    }
}

/// Where the runs are.
struct RunsPlace: ParsableArguments {
    @Option(help: "The folder that holds the runs' folders.", completion: .directory) var results = "Results"

    func runs(_ filter: RunFilter) throws -> [RunSummary] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: results, isDirectory: &isFolder), isFolder.boolValue
        else {
            throw FileError(
                code: "runs.folder",
                message: "\(results): no such folder; give another by --results"
            )
        }
        let index = try RunIndex(of: URL(fileURLWithPath: results))
        if let remark = index.remark { Console.error("note: \(remark)") }
        return try index.runs(filter)
    }
}

extension Verdict.Outcome: ExpressibleByArgument {}

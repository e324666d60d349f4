import ArgumentParser
import Coordinator
import Foundation
import Report
import Verdict

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Two runs side by side: what got worse, what got better, what the data cannot tell.",
        discussion: """
              faultline compare BEFORE AFTER
              faultline compare BEFORE AFTER --allow p99=10% --allow availability=0.1%
              faultline compare RUN --save main              keep its figures as the baseline “main”
              faultline compare RUN --baseline main --allow p99=10%

            Per load and phase of the same name: the share of requests that were not good, p50, p90, p99 and p99.9; per fault: \
            recovery and outage of its occurrences. Each difference has an interval at 95 %; one that holds no change is \
            “no difference shown”, which is not “no difference”. No host is touched.

            --allow says how much worse a figure may be: p50, p90, p99, p99.9, recovery and outage as a part of what it was \
            before (10%) or as a time (5ms), availability in percentage points (0.1%). Ends with 0 when the data prove that \
            everything allowed is kept, or nothing was asked; 1 when they prove that something goes beyond it; 3 when they \
            prove neither.

            Shares: Newcombe's hybrid score interval on requests divided by the variance inflation of bursts. Percentiles: \
            bootstrap by blocks of at least a second, longer than the slowest recovery. Recovery and outage: rank sum; at least \
            4 occurrences in each run (every: 30s, times: 4).
            """
    )

    @Argument(
        help:
            "A run's folder, or a baseline's file: before, then after; one alone with --baseline or --save.",
        completion: Completions.runOrBaseline
    )
    var runs: [String]
    @Option(help: "Compare with the figures kept under this name.", completion: Completions.baseline)
    var baseline: String?
    @Option(help: "Keep the figures of the (later) run under this name.") var save: String?
    @Option(help: "The folder whose folder baselines/ holds them.", completion: .directory) var results =
        "Results"
    @Option(
        help: "How much worse a figure may be: p99=10%, availability=0.1%; may be repeated.",
        completion: .list(Allowance.words.map { "\($0)=" })
    )
    var allow: [String] = []
    @Option(help: "Only this phase or fault; may be repeated.") var phase: [String] = []
    @Option(help: "Only this load; may be repeated.") var load: [String] = []
    @Flag(help: "JSON.") var json = false
    @Flag(help: "GitHub's Markdown.") var markdown = false

    func validate() throws {
        guard runs.count == 1 || (runs.count == 2 && baseline == nil) else {
            throw ValidationError(
                runs.count == 2 ? "give two runs, or one run and --baseline" : "give two runs; see --help"
            )
        }
        if runs.count == 1, baseline == nil, save == nil {
            throw ValidationError(
                "with what? Give a second run, --baseline NAME, or --save NAME to keep this one"
            )
        }
        if json, markdown {
            throw ValidationError("--json and --markdown do not go together; give one of them")
        }
    }

    func run() throws {
        let allowances = try allow.map { try Allowance($0) }
        let baselines = Baselines(in: URL(fileURLWithPath: results))
        let kept = try baseline.map { try baselines.figures(of: $0) }
        let read = try runs.map(Self.figures)
        guard let last = read.last else { return }
        for remark in read.flatMap(\.remarks) { Console.error("note: \(remark)") }
        if let save {
            let file = try baselines.keep(last.figures, as: save)
            Console.error("\(last.figures.run) is kept as \(file.path)")
        }
        guard let before = kept ?? (read.count == 2 ? read.first?.figures : nil) else { return }
        let comparison = Comparison(
            before: before,
            after: last.figures,
            allowing: allowances,
            phases: phase,
            loads: load
        )
        Actions.tell(comparison.findings, of: last.figures.experiment) { ComparisonMarkdown(comparison).text }
        if json {
            try Console.json(comparison)
        } else {
            Console.print(
                markdown ? ComparisonMarkdown(comparison).text : ComparisonText.render(comparison)
            )
        }
        guard comparison.exitCode == 0 else { throw ExitCode(comparison.exitCode) }
    }

    private static func figures(_ path: String) throws -> (figures: RunFigures, remarks: [String]) {
        let url = URL(fileURLWithPath: path)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw FileError(code: "compare.none", message: "\(path): is not there; is the path right?")
        }
        guard isFolder.boolValue else { return (try Baselines.read(url), []) }
        return try Patience.during("reading \(path)") { try Judge(RunFolder(url)).figures() }
    }
}

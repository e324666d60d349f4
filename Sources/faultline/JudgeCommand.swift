import ArgumentParser
import Coordinator
import Foundation
import Measures
import Report
import RunIndex
import Verdict

struct JudgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "Judge a stored run again from its folder alone; no host is touched.",
        discussion: "  faultline judge Results/2026-11-23T10-15-04Z-web-failover-3f9c"
    )

    @Argument(help: "A run's folder.", completion: Completions.run) var folder: String
    @Flag(help: "The verdict as JSON.") var json = false

    func run() throws {
        try Judging.finish(RunFolder(URL(fileURLWithPath: folder)), json: json)
    }
}

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a stored run's report.html, report.md and junit.xml again.",
        discussion: "Always ends with 0 when they were written; `judge` ends with the verdict's exit code."
    )

    @Argument(help: "A run's folder.", completion: Completions.run) var folder: String
    @Flag(help: "JSON: the files that were written.") var json = false

    func run() throws {
        let stored = RunFolder(URL(fileURLWithPath: folder))
        let judgement = try Judging.judged(Judge(stored), quiet: json)
        for remark in judgement.remarks { Console.error("note: \(remark)") }
        let files = [stored.reportHTML, stored.reportMarkdown, stored.junit, stored.verdict].map(\.path)
        if json { return try Console.json(["files": files]) }
        for file in files { Console.print(file) }
    }
}

/// The end of `run` and all of `judge`: figures, files, words, exit code.
enum Judging {
    /// A run that is over is in the list of its folder. The list follows the folders in any case, so that a run never ends
    /// otherwise because of it.
    static func list(_ folder: RunFolder) {
        do {
            let index = try RunIndex(of: folder.url.deletingLastPathComponent())
            if let remark = index.remark { Console.error("note: \(remark)") }
            try index.refresh()
        } catch {
            Console.error("note: the run is not in the list of runs yet: \(error)")
        }
    }

    static func tell(_ judgement: Judge.Judgement) {
        let verdict = judgement.verdict
        Actions.tell(verdict.findings, of: verdict.experiment) { judgement.report.markdown }
    }

    /// Judged, and written into its folder.
    static func judged(_ judge: Judge, quiet: Bool) throws -> Judge.Judgement {
        let judgement = try Patience.during("judging", quiet: quiet) { try judge.judge() }
        try Patience.during("writing the report", quiet: quiet) { try judge.write(judgement) }
        return judgement
    }

    /// - Parameter isNew: the run has just ended: then about five lines say it all.
    static func finish(_ folder: RunFolder, json: Bool, isNew: Bool = false) throws {
        let judgement = try judged(Judge(folder), quiet: json)
        for remark in judgement.remarks { Console.error("note: \(remark)") }
        if isNew { list(folder) }
        tell(judgement)
        if json {
            Console.print(judgement.report.verdictJSON)
        } else {
            let verdict = judgement.verdict
            Console.print(isNew ? VerdictText.brief(verdict) : VerdictText.render(verdict))
            Console.print("report: \(folder.reportHTML.path)")
            if isNew { Console.print("figures: faultline judge \(folder.path)") }
        }
        guard judgement.verdict.exitCode == 0 else {
            throw ArgumentParser.ExitCode(judgement.verdict.exitCode)
        }
    }
}

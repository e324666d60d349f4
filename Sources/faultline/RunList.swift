import Measures
import Verdict

/// Runs as lines of a terminal.
enum RunList {
    static func text(_ runs: [RunSummary]) -> String {
        let header = ["", "begun (UTC)", "experiment", "verdict", "good", "p99", "lasted", "folder"]
        let rows = [header] + runs.map(row)
        let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let space = String(repeating: " ", count: widths[column] - cell.count)
                let isNumber = (4...6).contains(column)
                line += (isNumber ? space + cell : cell + space) + "  "
            }
            return line.trimmedAtEnd
        }.joined(separator: "\n")
    }

    private static func row(_ run: RunSummary) -> [String] {
        return [
            run.outcome?.mark ?? "–", run.startedAt.replacing("T", with: " ").replacing("Z", with: ""),
            run.experiment, run.outcome?.rawValue ?? "not judged", run.goodWords,
            run.words(run.p99Milliseconds),
            "\(run.durationSeconds.fixed(0)) s", run.folder,
        ]
    }
}

extension String {
    fileprivate var trimmedAtEnd: String {
        String(reversed().drop { $0 == " " }.reversed())
    }
}

/// Markdown for GitHub's step summary, which takes 1024 KiB a step and drops all of it beyond that.
package enum StepSummaryText {
    /// Of a whole step, whatever commands it has.
    static let most = 900_000
    private static let notice = "\n\n*Cut here: a step summary takes no more.*\n"

    /// As much of the text as there is room for, in whole lines and with every fold closed; empty when there is none.
    ///
    /// - Parameter present: bytes that the step's summary has already.
    package static func fitting(_ text: String, beside present: Int) -> String {
        let room = most - present
        guard text.utf8.count > room else { return text }
        var kept = ""
        var size = notice.utf8.count
        var open = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let folds = open + (line.contains("<details>") ? 1 : 0) - (line.contains("</details>") ? 1 : 0)
            guard size + line.utf8.count + 1 + folds * closing.utf8.count <= room else { break }
            size += line.utf8.count + 1
            kept += line + "\n"
            open = folds
        }
        guard !kept.isEmpty else { return "" }
        // A fence that is open would take the fold's end for text.
        let fences = kept.split(separator: "\n").count { $0.hasPrefix("```") }
        return kept + (fences % 2 == 1 ? "```\n" : "") + String(repeating: closing, count: max(0, open))
            + notice
    }

    private static let closing = "\n</details>\n"
}

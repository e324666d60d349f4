import Measures

/// A comparison for a terminal: what got worse, what got better, what nobody can tell.
package enum ComparisonText {
    /// Lines end with a newline, the last too.
    package static func render(_ comparison: Comparison) -> String {
        var lines = ["\(comparison.before) → \(comparison.after): \(summary(comparison))"]
        lines += comparison.remarks.map { "! \($0)" }
        for answer in [Difference.Answer.worse, .better] {
            for difference in comparison.differences where difference.answer == answer {
                let mark = answer == .worse ? "✗" : "✓"
                let words = DifferenceWords(difference)
                lines.append("\(mark) \(answer.rawValue): \(difference.subject): \(words.sentence)")
            }
        }
        if !comparison.findings.isEmpty {
            lines.append("")
            lines += comparison.findings.map {
                "\($0.outcome.mark) \($0.outcome.rawValue): \($0.target): \($0.evidence)"
            }
        }
        lines += [""] + table(comparison).lines
        let reasons = reasons(comparison)
        if !reasons.isEmpty { lines += ["", "Cannot be told:"] + reasons.map { "  \($0)" } }
        if comparison.intervals > 0 { lines += ["", chance(comparison)] }
        return lines.joined(separator: "\n") + "\n"
    }

    /// "1 worse, 2 better, 7 without a difference that the data can show, 3 cannot be told"
    package static func summary(_ comparison: Comparison) -> String {
        guard !comparison.differences.isEmpty else { return "nothing is in both runs" }
        let parts: [(Difference.Answer, String)] = [
            (.worse, "worse"), (.better, "better"),
            (.noDifference, "without a difference that the data can show"), (.unknown, "cannot be told"),
        ]
        return parts.compactMap { answer, words in
            let count = comparison.count(answer)
            return count > 0 || answer == .worse ? "\(count) \(words)" : nil
        }.joined(separator: ", ")
    }

    package static func chance(_ comparison: Comparison) -> String {
        "In brackets and in the table: intervals at 95 %. Of \(comparison.intervals), about "
            + "\((Double(comparison.intervals) / 20).fixed(1)) would show a difference by chance alone."
    }

    /// Each once, with what it is said of.
    private static func reasons(_ comparison: Comparison) -> [String] {
        var subjects: [(why: String, of: [String])] = []
        for difference in comparison.differences where difference.answer == .unknown {
            guard let why = difference.why else { continue }
            let name = "\(DifferenceWords(difference).measure) of \(difference.subject)"
            if let index = subjects.firstIndex(where: { $0.why == why }) {
                subjects[index].of.append(name)
            } else {
                subjects.append((why, [name]))
            }
        }
        return subjects.map { "\($0.of.joined(separator: ", ")): \($0.why)" }
    }

    private static func table(_ comparison: Comparison) -> TextTable {
        var table = TextTable([
            ("", .left), ("figure", .left), ("before", .right), ("after", .right), ("change", .right),
            ("95 % interval", .right), ("", .left),
        ])
        var last = ""
        for difference in comparison.differences {
            let words = DifferenceWords(difference)
            let subject = difference.subject
            table.add([
                subject == last ? "" : subject, words.measure, words.before, words.after, words.change,
                words.interval, words.answer,
            ])
            last = subject
        }
        return table
    }
}

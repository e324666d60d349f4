package import Verdict

/// A comparison as GitHub's Markdown: what differs first, every figure folded.
package struct ComparisonMarkdown: Sendable {
    private let comparison: Comparison

    package init(_ comparison: Comparison) {
        self.comparison = comparison
    }

    package var text: String {
        let runs = "\(comparison.before) → \(comparison.after)".escapedForMarkdown
        var parts = ["# Compared: \(runs)\n", "**\(ComparisonText.summary(comparison))**\n"]
        if !comparison.remarks.isEmpty {
            parts.append(comparison.remarks.map { "> - \($0.escapedForMarkdown)\n" }.joined())
        }
        if !comparison.findings.isEmpty { parts.append(findings.markdown) }
        let differing = comparison.differences.filter { $0.answer == .worse || $0.answer == .better }
        if !differing.isEmpty { parts.append(table(differing).markdown) }
        let all = table(comparison.differences).markdown + "\n" + ComparisonText.chance(comparison) + "\n"
        parts.append("<details><summary>Every figure</summary>\n\n\(all)\n</details>\n")
        return parts.joined(separator: "\n")
    }

    private var findings: DataTable {
        DataTable(
            [.text("Allowed"), .text("Verdict"), .text("Evidence")],
            rows: comparison.findings.map { finding in
                [
                    DataTable.Cell(finding.target),
                    DataTable.Cell(finding.outcome.rawValue, mark: Mark(finding.outcome)),
                    DataTable.Cell(finding.evidence),
                ]
            }
        )
    }

    private func table(_ differences: [Difference]) -> DataTable {
        DataTable(
            [
                .text("Of"), .text("Figure"), .number("Before"), .number("After"), .number("Change"),
                .number("95 % interval"), .text("Answer"),
            ],
            rows: differences.map { difference in
                let words = DifferenceWords(difference)
                return [
                    DataTable.Cell(difference.subject), DataTable.Cell(words.measure),
                    DataTable.Cell(words.before),
                    DataTable.Cell(words.after), DataTable.Cell(words.change), DataTable.Cell(words.interval),
                    DataTable.Cell(words.answer, note: difference.why, mark: Self.mark(difference.answer)),
                ]
            }
        )
    }

    private static func mark(_ answer: Difference.Answer) -> Mark? {
        switch answer {
        case .worse: .missed
        case .better: .met
        case .noDifference: nil
        case .unknown: .inconclusive
        }
    }
}

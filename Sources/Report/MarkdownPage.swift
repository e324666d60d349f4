import Measures
import Recording
import Timeline
import Verdict

/// report.md, for a step summary or a merge request: the verdict and its tables first, the long parts folded. GitHub takes
/// no SVG there, so the timeline is a row of block characters.
struct MarkdownPage: Sendable {
    let report: Report

    /// GitHub takes 1024 KiB for a step and drops the whole text beyond it.
    static let mostBytes = 900_000

    var text: String {
        var text = ""
        for part in parts {
            let notice =
                "\n*Cut here: the rest would exceed what a step summary takes. report.html has all of it.*\n"
            guard text.utf8.count + part.utf8.count + notice.utf8.count <= Self.mostBytes else {
                return text + notice
            }
            text += part + "\n"
        }
        return text
    }

    private var parts: [String] {
        let headline = Headline(verdict: report.verdict)
        let header = report.timeline.header
        var parts = [
            "# \(headline.mark.symbol) \(headline.word): \(header.experiment.escapedForMarkdown)\n",
            header.summary.isEmpty ? "" : header.summary.escapedForMarkdown + "\n",
            "\(ReportTables.occasion(of: report).escapedForMarkdown)\n",
            "**\(headline.sentence)**\n",
        ].filter { !$0.isEmpty }
        if !report.verdict.incidents.isEmpty { parts.append(incidents) }
        if !report.verdict.findings.isEmpty { parts.append(targets.markdown) }
        if !headline.faults.isEmpty {
            parts.append("## What was done\n")
            parts.append(headline.faults.map { "- \($0.escapedForMarkdown)\n" }.joined())
        }
        for load in report.timeline.loads where !load.bins.isEmpty { parts.append(sparkline(load)) }
        for part in ReportTables(report: report).parts {
            let explanation = part.explanation.map { "\n\($0)\n" } ?? ""
            parts.append("## \(part.title)\n\n" + part.table.markdown + explanation)
        }
        parts += splits
        parts += spectra
        parts += outages
        parts.append(method)
        return parts
    }

    private var incidents: String {
        "> **The run did not go as planned**\n>\n"
            + report.verdict.incidents.map {
                "> - \($0.text.escapedForMarkdown) (exit code \($0.exitCode))\n"
            }.joined()
    }

    private var targets: DataTable {
        DataTable(
            [.text("Verdict"), .text("Target"), .text("Evidence")],
            rows: Headline(verdict: report.verdict).findings.map { finding in
                let needed = finding.needed.map { " Still needed: \($0)" } ?? ""
                return [
                    DataTable.Cell(finding.outcome.rawValue, mark: Mark(finding.outcome)),
                    DataTable.Cell(finding.target), DataTable.Cell(finding.evidence + needed),
                ]
            }
        )
    }

    private func sparkline(_ load: LoadTimeline) -> String {
        let line = Sparkline(load: load)
        let range =
            line.range.map {
                "p99 from \(Figures.duration($0.lowerBound)) to \(Figures.duration($0.upperBound)), logarithmic"
            } ?? "no p99"
        let end = Figures.seconds(TimeScale(report.timeline).end)
        return """
            ## Timeline of \(load.name.escapedForMarkdown)

            ```text
            p99  \(line.latency)
            bad  \(line.bad)
                 0 s to \(end)
            ```

            \(range); × where it is infinite. Bad: share of requests, · for none.

            """
    }

    private var splits: [String] {
        report.timeline.loads.compactMap { load in
            guard let split = report.split(of: load) else { return nil }
            let table = SplitTable(split: split)
            let notes = ([SplitTable.explanation] + (table.rest.map { [$0] } ?? [])).joined(separator: "\n\n")
            return "## Where the time of \(load.name.escapedForMarkdown) went\n\n\(table.table.markdown)\n"
                + notes.escapedForMarkdown + "\n"
        }
    }

    private var spectra: [String] {
        let series = FaultSeries(report.timeline)
        return report.timeline.loads.compactMap { load in
            let figure = SpectrumChart(
                timeline: report.timeline,
                load: load,
                series: series,
                markers: report.markers,
                id: ""
            ).figure
            guard !figure.table.rows.isEmpty else { return nil }
            return folded(figure.title, figure.table.markdown)
        }
    }

    private var outages: [String] {
        let timeline = report.timeline
        let figures = [
            OutageStrip(timeline: timeline, series: FaultSeries(timeline), id: "").figure,
            UptimeChart(verdict: report.verdict, id: "").figure,
        ]
        return figures.filter { !$0.table.rows.isEmpty }.map { folded($0.title, $0.table.markdown) }
    }

    private var method: String {
        let box = MethodBox(report: report)
        let facts = box.facts.map { "- **\($0.name.escapedForMarkdown)**: \($0.value.escapedForMarkdown)\n" }
            .joined()
        let hosts = box.hosts.rows.isEmpty ? "" : "\n" + box.hosts.markdown
        return "## Method\n\n" + facts + hosts + "\n"
            + folded("The experiment file", fenced(report.experimentFile))
    }

    private func folded(_ title: String, _ content: String) -> String {
        "<details><summary>\(title.escapedForMarkup)</summary>\n\n\(content)\n</details>\n"
    }

    /// A fence longer than any run of backticks inside.
    private func fenced(_ text: String) -> String {
        var longest = 0
        var current = 0
        for character in text.utf8 {
            current = character == 0x60 ? current + 1 : 0
            longest = max(longest, current)
        }
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return "\(fence)yaml\n\(text.withoutControls)\n\(fence)\n"
    }
}

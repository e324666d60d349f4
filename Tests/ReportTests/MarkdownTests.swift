import Foundation
import Testing

@testable import Report

@Suite("report.md")
struct MarkdownTests {
    @Test("every row of a table has as many cells as its head", arguments: ReportVariants.all)
    func tables(_ variant: ReportVariants.Variant) {
        var width: Int?
        for line in variant.report.markdown.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                width = nil
                continue
            }
            let bars = line.replacing("\\\\", with: "").replacing("\\|", with: "").count { $0 == "|" }
            #expect(width == nil || width == bars, "\(line)")
            width = bars
        }
    }

    @Test("says the verdict first and has the tables of the page")
    func contents() throws {
        let text = try #require(ReportVariants.all.first { $0.name == "usual" }).report.markdown
        #expect(text.hasPrefix("# ✗ Missed: web-failover\n"))
        for part in [
            "## Phases", "## Recovery", "## Affordable", "## Requested and observed", "## Clocks",
            "## Method",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(text.contains("p99  "))
    }

    @Test("names are text, never markup")
    func hostile() throws {
        let text = try #require(ReportVariants.all.first { $0.name == "hostile" }).report.markdown
        let outsideFences = text.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 0 }
            .map(\.element)
        #expect(!outsideFences.joined().contains("<script"))
    }

    @Test(
        "what a step summary cannot take is cut, with a notice, and the verdict stays",
        arguments: [
            (1_140_000, "the file alone is too long"), (896_000, "only together with the rest it is"),
        ]
    )
    func bounded(_ bytes: Int, _ reason: String) {
        let sample = ReportSample(rate: 50)
        let timeline = sample.timeline
        let report = Report(
            timeline: timeline,
            verdict: sample.verdict(of: timeline),
            experimentFile: String(repeating: "# a long file..\n", count: bytes / 16)
        )
        let text = report.markdown
        #expect(text.utf8.count <= MarkdownPage.mostBytes, "\(reason)")
        #expect(text.hasPrefix("# ✗ Missed"))
        #expect(text.contains("Cut here"))
        #expect(text.contains("## Phases"))
    }

    @Test("a file full of backticks cannot close its fence")
    func fences() {
        let sample = ReportSample()
        let timeline = sample.timeline
        let report = Report(
            timeline: timeline,
            verdict: sample.verdict(of: timeline),
            experimentFile: "`````\nx"
        )
        #expect(report.markdown.contains("``````yaml\n`````\nx\n``````\n"))
    }
}

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

    @Test("what a step summary cannot take is cut, with a notice, and the verdict stays")
    func bounded() {
        let sample = ReportSample()
        let timeline = sample.timeline
        let report = Report(
            timeline: timeline,
            verdict: sample.verdict(of: timeline),
            experimentFile: String(repeating: "# a very long file\n", count: 60_000)
        )
        #expect(report.markdown.utf8.count <= MarkdownPage.mostBytes)
        #expect(report.markdown.hasPrefix("# ✗ Missed"))
        #expect(report.markdown.contains("Cut here"))
        #expect(report.markdown.contains("## Phases"))
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

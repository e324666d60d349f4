import Foundation
import Testing
import Verdict

@testable import Report

struct TrendTests {
    static func runs(_ count: Int) -> [RunSummary] {
        (0..<count).map { number in
            let outcomes: [Verdict.Outcome?] = [.met, .missed, .met, .inconclusive, nil]
            return RunSummary(
                folder: "2026-11-\(10 + number % 20)T10-15-04Z-web-failover-3f9c",
                experiment: "web-failover <&>",
                startedAt: "2026-11-\(10 + number % 20)T10:15:04Z",
                started: Double(number),
                outcome: outcomes[number % 5],
                exitCode: 0,
                durationSeconds: 90,
                due: number % 5 == 4 ? 0 : 45_000,
                good: number % 5 == 4 ? 0 : 45_000 - number % 3 * 40,
                hasTimes: number % 5 != 4,
                p50Milliseconds: number % 5 == 4 ? nil : 0.2,
                p99Milliseconds: number % 7 == 3 ? nil : 1 + Double(number * 7 % 30)
            )
        }
    }

    @Test("a column for each run, eight steps to a line, × for infinite, a dot for nothing")
    func blocks() {
        let chart = BlockChart(
            [.number(0), .number(1), .number(8), .infinite, .none],
            isLogarithmic: false,
            height: 1
        )
        #expect(chart.lines == ["·▂█× "])
        let tall = BlockChart([.number(1), .number(10), .number(100)], isLogarithmic: true, height: 2)
        #expect(tall.lines == ["  █", "▁██"] || tall.lines == [" ▁█", "▁██"], "\(tall.lines)")
        #expect(tall.range == 1...100)
        #expect(BlockChart([.none, .infinite], isLogarithmic: true, height: 2).lines == [" ×", "  "])
        #expect(BlockChart([], isLogarithmic: true, height: 3).lines == ["", "", ""])
    }

    @Test("text, page and table have every run, the page is XML, and any count of runs can be drawn")
    func pages() throws {
        for count in [0, 1, 2, 60, 300] {
            let runs = Self.runs(count)
            let html = TrendPage(runs).html
            #expect(html.contains("</html>"))
            #expect(XMLOutline(html).problem == nil, "\(count) runs")
            #expect(html.utf8.count < 300_000)
            let text = TrendText.render(runs)
            if count > 0 {
                let verdicts = text.split(separator: "\n").first { $0.contains("verdict │") }
                #expect(verdicts?.split(separator: "│").last?.count == count)
            }
        }
    }

    @Test(
        "no text of the trend overlaps another and the page never scrolls sideways",
        .enabled(if: Browser.path != nil, "needs Chromium (apt-get install chromium)"),
        .timeLimit(.minutes(3)),
        arguments: [1280, 390]
    )
    func layout(width: Int) throws {
        let pages = try ReportPages()
        defer { pages.remove() }
        for count in [1, 2, 60] {
            let page = TrendPage(Self.runs(count)).html
            let found = try BrowserTests.problems(of: page, named: "trend-\(count)", width: width, in: pages)
            #expect(found == [], "\(count) runs at \(width)")
        }
    }
}

import Foundation
import Recording
import Testing
import Timeline

@testable import Report

@Suite("The page of a run that goes")
struct LivePageTests {
    private static func page(of variant: ReportVariants.Variant, isOver: Bool = false) -> LivePage {
        let timeline = variant.report.timeline
        let words = timeline.header.experiment
        return LivePage(
            experiment: words,
            summary: timeline.header.summary,
            status: [
                LivePage.Row(title: "now", text: "cut, phase 4 of 7; 41 of 90 s"),
                LivePage.Row(title: "faults", text: "\(words) acts, 9 s left"),
                LivePage.Row(title: "good", text: "99.8 %: 5 status 503"),
            ],
            part: 0.4,
            isOver: isOver,
            timeline: timeline,
            verdict: variant.report.verdict,
            markers: variant.report.markers,
            lines: (0..<60).map { number in
                LivePage.Line(
                    at: number % 3 == 0 ? nil : "\(number).000 s ± 2.37 µs",
                    text: "line \(number): \(words) acts on web1"
                )
            }
        )
    }

    private static let empty = LivePage(
        experiment: "web-failover",
        summary: "",
        status: [LivePage.Row(title: "now", text: "starting nginx on web1")],
        part: .nan,
        isOver: false,
        timeline: nil,
        verdict: nil,
        markers: [],
        lines: []
    )

    @Test(
        "is well-formed XML, whatever the run was, and what is fetched is what stands in main",
        arguments: ReportVariants.all
    )
    func wellFormed(_ variant: ReportVariants.Variant) {
        for page in [Self.page(of: variant), Self.empty] {
            #expect(XMLOutline(page.html).problem == nil)
            #expect(page.html.contains("<main>\(page.fragment)</main>"))
            let ids = XMLOutline(page.html).entries.compactMap { $0.attributes["id"] }
            #expect(Set(ids).count == ids.count)
        }
    }

    @Test("names and messages are text, never markup, and no script stands in it")
    func hostile() throws {
        let variant = try #require(ReportVariants.all.first { $0.name == "hostile" })
        let page = Self.page(of: variant)
        let outline = XMLOutline(page.html)
        #expect(outline.named("script").map { $0.attributes["src"] } == ["live.js"])
        #expect(outline.named("script").allSatisfy { $0.text.isEmpty })
        #expect(!page.fragment.contains("<script"))
        #expect(
            outline.entries.allSatisfy { entry in entry.attributes.keys.allSatisfy { !$0.hasPrefix("on") } }
        )
        #expect(outline.named("h1").first?.text == "</style><script>alert(1)</script>\"'&<b>|`*_]]>")
    }

    @Test("the newest lines stand first, and no more than forty")
    func lines() throws {
        let variant = try #require(ReportVariants.all.first { $0.name == "usual" })
        let items = XMLOutline(Self.page(of: variant).fragment.wrapped).named("li")
            .filter { $0.path.contains("ol") }.map(\.text)
        #expect(items.count == 40)
        #expect(items.first?.contains("line 59:") == true)
        #expect(items.last?.contains("line 20:") == true)
    }

    @Test(
        "no text overlaps another, none is cut off, pale or too small, and it never scrolls sideways",
        .enabled(if: Browser.path != nil, "needs Chromium (apt-get install chromium)"),
        .timeLimit(.minutes(5)),
        arguments: [
            Sight(width: 1280), Sight(width: 719), Sight(width: 390), Sight(width: 320),
            Sight(width: 1280, isDark: true), Sight(width: 390, isDark: true),
        ]
    )
    func layout(_ sight: Sight) throws {
        let pages = try ReportPages()
        defer { pages.remove() }
        let names = ["usual", "two-loads", "all-failed", "many-faults", "hostile", "empty-load"]
        var seen = [(name: "live-starting", html: Self.empty.html)]
        for variant in ReportVariants.all where names.contains(variant.name) {
            seen.append(("live-\(variant.name)", Self.page(of: variant).html))
        }
        var frames = ""
        for (name, html) in seen {
            let script = "<script>\(BrowserMeasure.script(name))</script></body>"
            _ = try pages.write(html.replacing("</body>", with: script), as: "\(name).html")
            frames +=
                "<iframe src=\"\(name).html\" style=\"width:\(sight.width)px;height:900px;border:0\"></iframe>\n"
        }
        let harness = """
            <!DOCTYPE html><body><pre id="found"></pre>
            <script>addEventListener("message", e => document.getElementById("found").append(e.data + "\\n"))</script>
            \(frames)</body>
            """
        let found = try Browser.run(
            [
                "--dump-dom", "--virtual-time-budget=10000", "--window-size=1600,1000",
                "--blink-settings=preferredColorScheme=\(sight.isDark ? 0 : 1)",
            ],
            on: try pages.write(harness, as: "live-\(sight.testDescription).html").absoluteString
        )
        for (name, _) in seen { #expect(found.contains("\(name): measured"), "\(name) was not measured") }
        for line in found.split(separator: "\n") where line.contains("PROBLEM") {
            Issue.record("at \(sight.testDescription): \(line)")
        }
    }
}

extension String {
    fileprivate var wrapped: String { "<div>\(self)</div>" }
}

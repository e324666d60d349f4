import Foundation
import Testing

@testable import Report

/// What a browser makes of the pages, measured by a script that only the tests' copies have. With FAULTLINE_REPORT_KEEP=folder
/// the pages stay there for a look.
@Suite(
    "report.html in a browser",
    .serialized,
    .enabled(if: Browser.path != nil, "needs Chromium (apt-get install chromium)")
)
struct BrowserTests {
    @Test(
        "no text overlaps another, none is cut off, pale or too small, and the page never scrolls sideways",
        .timeLimit(.minutes(5)),
        arguments: [1280, 760, 720, 719, 390, 320].map { Sight(width: $0) } + [
            Sight(width: 1280, isDark: true), Sight(width: 390, isDark: true),
            // A4 less its margins, 182 mm.
            Sight(width: 688, isPrint: true),
        ]
    )
    func layout(_ sight: Sight) throws {
        let width = sight.width
        let pages = try ReportPages()
        defer { pages.remove() }
        var frames = ""
        for variant in ReportVariants.all {
            _ = try pages.write(variant.html, as: "\(variant.name).html")
            let copy = sight.html(of: variant).replacing(
                "</body>",
                with: "<script>\(BrowserMeasure.script(variant.name))</script></body>"
            )
            _ = try pages.write(copy, as: "\(variant.name)-measured.html")
            frames +=
                "<iframe src=\"\(variant.name)-measured.html\" style=\"width:\(width)px;height:900px;border:0\"></iframe>\n"
        }
        let harness = try pages.write(
            """
            <!DOCTYPE html><body><pre id="found"></pre>
            <script>addEventListener("message", e => document.getElementById("found").append(e.data + "\\n"))</script>
            \(frames)</body>
            """,
            as: "harness-\(sight.testDescription).html"
        )
        let found = try Browser.run(
            [
                "--dump-dom", "--virtual-time-budget=20000", "--window-size=1600,1000",
                "--blink-settings=preferredColorScheme=\(sight.isDark ? 0 : 1)",
            ],
            on: harness.absoluteString
        )
        for variant in ReportVariants.all {
            let summary = found.firstMatch(of: try Regex("\(variant.name): measured ([0-9]+) texts"))
            #expect(summary != nil, "\(variant.name) was not measured at \(sight.testDescription)")
        }
        for line in found.split(separator: "\n") where line.contains("PROBLEM") {
            Issue.record("at \(sight.testDescription) px: \(line)")
        }
    }

    @Test("a page that is bad is found: the measuring itself works", .timeLimit(.minutes(2)))
    func measuring() throws {
        let pages = try ReportPages()
        defer { pages.remove() }
        let page = """
            <!DOCTYPE html><html><body><figure><svg class="plot" width="300" height="50"><text x="5" y="20">one</text>
            <text x="9" y="22">two</text><text x="-300" y="40">gone</text></svg></figure>
            <p style="font-size:9px">small</p><p style="color:#aaa">pale</p>
            <figure style="height:9px;overflow:hidden"><svg class="plot" width="300" height="9"><text x="5" y="60">below</text></svg></figure><div style="width:3000px">wide</div>
            <script>addEventListener("message", e => document.body.append(e.data))</script>
            <script>\(BrowserMeasure.script("bad"))</script></body></html>
            """
        let found = try Browser.run(
            ["--dump-dom", "--virtual-time-budget=5000"],
            on: try pages.write(page, as: "bad.html").absoluteString
        )
        for problem in ["overlap", "outside", "cut", "small", "contrast", "sideways"] {
            #expect(found.contains("PROBLEM \(problem)"), "\(problem)")
        }
    }

    @Test("prints as PDF, and is drawn in light and dark", .timeLimit(.minutes(3)))
    func drawn() throws {
        let pages = try ReportPages()
        defer { pages.remove() }
        let variant = try #require(ReportVariants.all.first { $0.name == "usual" })
        let page = try pages.write(variant.html, as: "usual.html")
        let pdf = pages.folder.appendingPathComponent("usual.pdf")
        _ = try Browser.run(
            ["--no-pdf-header-footer", "--print-to-pdf=\(pdf.path)"],
            on: page.absoluteString
        )
        #expect(try Data(contentsOf: pdf).starts(with: Data("%PDF".utf8)))
        var pictures: [Data] = []
        // Desktop, phone, dark.
        for (name, scheme, size) in [
            ("light", 1, "1280,9000"), ("phone", 1, "390,14000"), ("dark", 0, "1280,9000"),
        ] {
            let picture = pages.folder.appendingPathComponent("usual-\(name).png")
            _ = try Browser.run(
                [
                    "--window-size=\(size)", "--blink-settings=preferredColorScheme=\(scheme)",
                    "--screenshot=\(picture.path)",
                ],
                on: page.absoluteString
            )
            pictures.append(try Data(contentsOf: picture))
        }
        #expect(pictures.allSatisfy { $0.count > 50_000 })
        #expect(Set(pictures).count == 3)
    }

    /// What is wrong with one page at this width; a page that was not measured is wrong.
    static func problems(
        of html: String,
        named name: String,
        width: Int,
        isDark: Bool = false,
        in pages: ReportPages
    ) throws -> [String] {
        let copy = html.replacing("</body>", with: "<script>\(BrowserMeasure.script(name))</script></body>")
        _ = try pages.write(copy, as: "\(name)-measured.html")
        let harness = """
            <!DOCTYPE html><body><pre id="found"></pre>
            <script>addEventListener("message", e => document.getElementById("found").append(e.data + "\\n"))</script>
            <iframe src="\(name)-measured.html" style="width:\(width)px;height:900px;border:0"></iframe></body>
            """
        let found = try Browser.run(
            [
                "--dump-dom", "--virtual-time-budget=10000", "--window-size=1600,1000",
                "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)",
            ],
            on: try pages.write(harness, as: "\(name)-harness-\(width).html").absoluteString
        )
        let isMeasured = found.contains("\(name): measured")
        return (isMeasured ? [] : ["not measured"])
            + found.split(separator: "\n").filter { $0.contains("PROBLEM") }.map(String.init)
    }
}

/// How somebody looks at a page.
struct Sight: Sendable, CustomTestStringConvertible {
    let width: Int
    var isDark = false
    /// A browser lays out for paper only when it prints, so the sheet's rules for paper are made those for the screen.
    var isPrint = false

    var testDescription: String { "\(width)\(isDark ? " dark" : "")\(isPrint ? " print" : "")" }

    func html(of variant: ReportVariants.Variant) -> String {
        guard isPrint else { return variant.html }
        return variant.html.replacing("@media screen", with: "@media speech")
            .replacing("@media print", with: "@media all")
    }
}

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
        "no text overlaps another, none is cut off or too small, and the page never scrolls sideways",
        .timeLimit(.minutes(5)),
        arguments: [1280, 760, 720, 719, 390, 320]
    )
    func layout(width: Int) throws {
        let pages = try ReportPages()
        defer { pages.remove() }
        var frames = ""
        for variant in ReportVariants.all {
            _ = try pages.write(variant.html, as: "\(variant.name).html")
            let copy = variant.html.replacing(
                "</body>",
                with: "<script>\(Self.measure(variant.name))</script></body>"
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
            as: "harness-\(width).html"
        )
        let found = try Browser.run(
            ["--dump-dom", "--virtual-time-budget=20000", "--window-size=1600,1000"],
            on: harness
        )
        for variant in ReportVariants.all {
            let summary = found.firstMatch(of: try Regex("\(variant.name): measured ([0-9]+) texts"))
            #expect(summary != nil, "\(variant.name) was not measured at \(width)")
        }
        for line in found.split(separator: "\n") where line.contains("PROBLEM") {
            Issue.record("at \(width) px: \(line)")
        }
    }

    @Test("a page that is bad is found: the measuring itself works", .timeLimit(.minutes(2)))
    func measuring() throws {
        let pages = try ReportPages()
        defer { pages.remove() }
        let page = """
            <!DOCTYPE html><html><body><figure><svg class="plot" width="300" height="50"><text x="5" y="20">one</text>
            <text x="9" y="22">two</text><text x="-300" y="40">gone</text></svg></figure>
            <p style="font-size:9px">small</p><div style="width:3000px">wide</div>
            <script>addEventListener("message", e => document.body.append(e.data))</script>
            <script>\(Self.measure("bad"))</script></body></html>
            """
        let found = try Browser.run(
            ["--dump-dom", "--virtual-time-budget=5000"],
            on: try pages.write(page, as: "bad.html")
        )
        for problem in ["overlap", "outside", "small", "sideways"] {
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
        _ = try Browser.run(["--no-pdf-header-footer", "--print-to-pdf=\(pdf.path)"], on: page)
        #expect(try Data(contentsOf: pdf).starts(with: Data("%PDF".utf8)))
        var pictures: [Data] = []
        for (name, scheme) in [("light", 1), ("dark", 0)] {
            let picture = pages.folder.appendingPathComponent("usual-\(name).png")
            _ = try Browser.run(
                [
                    "--window-size=1280,2400", "--blink-settings=preferredColorScheme=\(scheme)",
                    "--screenshot=\(picture.path)",
                ],
                on: page
            )
            pictures.append(try Data(contentsOf: picture))
        }
        #expect(pictures.allSatisfy { $0.count > 50_000 })
        #expect(pictures[0] != pictures[1])
    }

    /// What is wrong with one page at this width; a page that was not measured is wrong.
    static func problems(of html: String, named name: String, width: Int, in pages: ReportPages) throws
        -> [String]
    {
        let copy = html.replacing("</body>", with: "<script>\(measure(name))</script></body>")
        _ = try pages.write(copy, as: "\(name)-measured.html")
        let harness = """
            <!DOCTYPE html><body><pre id="found"></pre>
            <script>addEventListener("message", e => document.getElementById("found").append(e.data + "\\n"))</script>
            <iframe src="\(name)-measured.html" style="width:\(width)px;height:900px;border:0"></iframe></body>
            """
        let found = try Browser.run(
            ["--dump-dom", "--virtual-time-budget=10000", "--window-size=1600,1000"],
            on: try pages.write(harness, as: "\(name)-harness-\(width).html")
        )
        let isMeasured = found.contains("\(name): measured")
        return (isMeasured ? [] : ["not measured"])
            + found.split(separator: "\n").filter { $0.contains("PROBLEM") }.map(String.init)
    }

    /// Sends a line for each problem to the window around, and one with the number of texts that it looked at.
    private static func measure(_ name: String) -> String {
        """
        addEventListener("load", () => {
          const say = text => parent.postMessage("\(name): " + text, "*");
          const root = document.documentElement;
          let count = 0;
          for (const plot of document.querySelectorAll("svg.plot")) {
            const texts = [...plot.querySelectorAll("text")].map(t => [t, t.getBoundingClientRect()])
              .filter(([t, r]) => r.width > 0);
            count += texts.length;
            texts.forEach(([one, a], i) => {
              if (a.left < -0.5 || a.right > root.clientWidth + 0.5) say("PROBLEM outside: " + one.textContent);
              for (const [other, b] of texts.slice(i + 1)) {
                const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                if (wide > 1 && high > 1.5) say("PROBLEM overlap: " + one.textContent + " / " + other.textContent);
              }
            });
          }
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node; (node = walker.nextNode());) {
            const size = parseFloat(getComputedStyle(node.parentElement).fontSize);
            if (node.data.trim() && !node.parentElement.closest("script") && size < 11)
              say("PROBLEM small: " + size + " " + node.data);
          }
          if (root.scrollWidth > root.clientWidth) say("PROBLEM sideways: " + root.scrollWidth);
          say("measured " + count + " texts");
        });
        """
    }
}

import Foundation
import Testing
import Timeline

@testable import Report

@Suite("report.html")
struct PageTests {
    @Test("is well-formed XML, whatever the run was", arguments: ReportVariants.all)
    func wellFormed(_ variant: ReportVariants.Variant) {
        #expect(XMLOutline(variant.html).problem == nil)
    }

    @Test("holds only finite numbers where it draws", arguments: ReportVariants.all)
    func finite(_ variant: ReportVariants.Variant) {
        let numeric: Set = [
            "x", "y", "x1", "x2", "y1", "y2", "width", "height", "cx", "cy", "r", "d", "dx", "viewBox",
            "stroke-width", "fill-opacity", "stroke-opacity",
        ]
        let outline = XMLOutline(variant.html)
        for entry in outline.entries {
            for (name, value) in entry.attributes where numeric.contains(name) {
                let lower = value.lowercased()
                #expect(
                    !lower.contains("nan") && !lower.contains("inf") && !lower.contains("e"),
                    "\(name)=\(value)"
                )
                #expect(!value.isEmpty, "\(entry.name) has an empty \(name)")
                guard value.hasSuffix("%"), let part = Double(value.dropLast()) else { continue }
                #expect((0...100).contains(part), "\(name)=\(value) is outside the plot")
            }
        }
    }

    @Test("every chart has a title, a description, and its figures in a table", arguments: ReportVariants.all)
    func accessible(_ variant: ReportVariants.Variant) {
        let outline = XMLOutline(variant.html)
        let figures = outline.named("figure")
        let plots = outline.entries.filter { $0.name == "svg" && $0.attributes["role"] == "img" }
        let splits = variant.report.timeline.loads.filter { variant.report.split(of: $0) != nil }
        let ways = variant.report.timeline.paths.isEmpty ? 0 : 1
        let isAsked = variant.report.timeline.loads.contains { load in load.slices.contains { $0.due > 0 } }
        // Bad seconds, and availability by window length.
        let asked = isAsked ? 2 : 0
        let examples = ExampleChart(variant.report.verdict, id: "") == nil ? 0 : 1
        let loads = variant.report.timeline.loads.count * 2 + splits.count
        #expect(figures.count == loads + ways + asked + examples)
        #expect(plots.count == figures.count)
        for plot in plots {
            let ids = plot.attributes["aria-labelledby"]?.split(separator: " ").map(String.init) ?? []
            #expect(ids.count == 2)
            for (id, name) in zip(ids, ["title", "desc"]) {
                let target = outline.entries.first { $0.attributes["id"] == id }
                #expect(target?.name == name)
                #expect(target?.text.isEmpty == false)
            }
        }
        let tables = outline.named("table").filter {
            $0.path.contains("figure") && $0.path.contains("details")
        }
        #expect(tables.count == figures.count)
    }

    @Test("screen readers are spared the axis texts", arguments: ReportVariants.all)
    func hiddenTexts(_ variant: ReportVariants.Variant) {
        var hidden: [(depth: Int, isHidden: Bool)] = []
        for entry in XMLOutline(variant.html).entries {
            while let last = hidden.last, last.depth >= entry.depth { hidden.removeLast() }
            let isHidden = hidden.last?.isHidden == true || entry.attributes["aria-hidden"] == "true"
            hidden.append((entry.depth, isHidden))
            if entry.name == "text" { #expect(isHidden, "\(entry.text)") }
        }
    }

    @Test("ids are unique, and what is referred to exists", arguments: ReportVariants.all)
    func references(_ variant: ReportVariants.Variant) {
        let outline = XMLOutline(variant.html)
        let ids = outline.entries.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
        for match in variant.html.matches(of: /url\(#(\w+)\)/) {
            #expect(ids.contains(String(match.1)), "\(match.1)")
        }
    }

    @Test("needs no script and no network", arguments: ReportVariants.all)
    func selfContained(_ variant: ReportVariants.Variant) {
        let outline = XMLOutline(variant.html)
        let loading: Set = [
            "script", "link", "img", "iframe", "object", "embed", "a", "form", "base", "image", "use",
        ]
        #expect(outline.entries.allSatisfy { !loading.contains($0.name) })
        let names = Set(outline.entries.flatMap { $0.attributes.keys })
        #expect(names.allSatisfy { !$0.hasPrefix("on") && !["src", "href", "style"].contains($0) })
        let css = outline.named("style").map(\.text).joined()
        #expect(!css.contains("@import") && !css.contains("http") && !css.contains("url("))
    }

    @Test("names and messages are text, never markup")
    func hostile() throws {
        let variant = try #require(ReportVariants.all.first { $0.name == "hostile" })
        #expect(!variant.html.contains("<script"))
        #expect(variant.html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(!variant.html.unicodeScalars.contains { ($0.value < 32 && $0 != "\n") || $0.value == 0x202E })
        let outline = XMLOutline(variant.html)
        // The whole text comes back from a parser, less what XML cannot hold.
        #expect(outline.named("h1").first?.text == "</style><script>alert(1)</script>\"'&<b>|`*_]]>")
    }

    @Test("parts come in the order in which people ask")
    func order() throws {
        let html = try #require(ReportVariants.all.first { $0.name == "usual" }).html
        let parts = [
            "class=\"headline\"", "id=\"timeline-0\"", "id=\"spectrum-0\"", "id=\"outages\"", "id=\"uptime\"",
            "id=\"phases\"", "id=\"definitions-0\"", "id=\"budget\"", "id=\"recovery\"", "id=\"aftermath\"",
            "id=\"affordable\"", "id=\"year\"", "id=\"effects\"", "id=\"clocks\"", "id=\"method\"",
        ]
        let places = try parts.map { try #require(html.range(of: $0), "\($0)").lowerBound }
        #expect(places == places.sorted())
    }

    @Test("the same run gives the same bytes")
    func deterministic() {
        let one = ReportSample()
        #expect(one.report.html == one.report.html)
        #expect(one.report.markdown == one.report.markdown)
    }

    @Test("an hour at 2 000 a second stays below 300 kB")
    func size() throws {
        // In the second no cell is like its neighbour.
        for name in ["hour", "noisy-hour"] {
            let variant = try #require(ReportVariants.all.first { $0.name == name })
            #expect(variant.html.utf8.count < 300_000, "\(name): \(variant.html.utf8.count) bytes")
            #expect(variant.report.timeline.loads[0].total.due == 7_200_000)
            #expect(variant.report.timeline.loads[0].bins.count == 600)
        }
    }
}

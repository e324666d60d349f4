import Decomposition
import Measures
import Recording
import Timeline

/// The whole of report.html. Every element is closed and every value quoted, so that it is XML as well.
struct HTMLPage: Sendable {
    let report: Report

    private var header: String { report.timeline.header.experiment }

    var text: String {
        let page = Element("html", ["lang": "en"]) {
            Element("head") {
                Element("meta", ["charset": "utf-8"])
                Element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                Element("meta", ["name": "color-scheme", "content": "light dark"])
                Element(
                    "meta",
                    ["name": "generator", "content": "Faultline \(report.timeline.header.faultlineVersion)"]
                )
                Element(
                    "title",
                    text: "\(Headline(verdict: report.verdict).word): \(header) – Faultline report"
                )
                Element("style") { Markup.stylesheet(Stylesheet.text) }
            }
            Element("body") {
                Patterns.html
                Element("main") { sections }
            }
        }
        return "<!DOCTYPE html>\n" + page.rendered + "\n"
    }

    private var sections: [Element] {
        let timeline = report.timeline
        let series = FaultSeries(timeline)
        var sections = [top, Headline(verdict: report.verdict).html]
        for (index, load) in timeline.loads.enumerated() {
            let name = timeline.loads.count > 1 ? ": \(load.name)" : ""
            sections.append(
                section("Timeline\(name)", id: "timeline-\(index)-section") {
                    TimelineChart(timeline: timeline, load: load, series: series, id: "timeline-\(index)")
                        .figure.html
                }
            )
            sections.append(
                section("Latency by percentile\(name)", id: "spectrum-\(index)-section") {
                    SpectrumChart(
                        timeline: timeline,
                        load: load,
                        series: series,
                        markers: report.markers,
                        id: "spectrum-\(index)"
                    ).figure.html
                }
            )
            if let split = report.split(of: load) {
                sections.append(
                    section("Where the time went\(name)", id: "split-\(index)-section") {
                        SplitChart(split: split, id: "split-\(index)").figure.html
                        Element("p", ["class": "quiet"], text: SplitTable.explanation)
                        if let rest = SplitTable(split: split).rest {
                            Element("p", ["class": "quiet"], text: rest)
                        }
                    }
                )
            }
        }
        let ways = WayChart(
            timeline: timeline,
            requests: report.decomposition?.ways ?? [],
            series: series,
            id: "ways-chart"
        )
        if !ways.paths.isEmpty {
            sections.append(
                section("One-way latencies over time", id: "ways-chart-section") { ways.figure.html }
            )
        }
        let outages = OutageStrip(timeline: timeline, series: series, id: "outages")
        if !outages.rows.isEmpty {
            sections.append(
                section("Bad seconds", id: "outages-section") {
                    outages.figure.html
                    Element("p", ["class": "quiet"], text: OutageStrip.explanation)
                }
            )
        }
        let uptime = UptimeChart(verdict: report.verdict, id: "uptime")
        if !uptime.curves.isEmpty {
            sections.append(
                section("Availability by window length", id: "uptime-section") {
                    uptime.figure.html
                    Element("p", ["class": "quiet"], text: UptimeChart.explanation)
                }
            )
        }
        if let example = ExampleChart(report.verdict, id: "counter-example") {
            sections.append(
                section("A counter-example", id: "counter-example-section") { example.figure.html }
            )
        }
        for part in ReportTables(report: report).parts {
            sections.append(
                section(part.title, id: part.id) {
                    part.table.html(caption: part.title)
                    if let explanation = part.explanation {
                        Element("p", ["class": "quiet"], text: explanation)
                    }
                }
            )
        }
        sections.append(MethodBox(report: report).html)
        return sections
    }

    private var top: Element {
        let header = report.timeline.header
        return Element("header") {
            Element("p", ["class": "kind"], text: "Faultline report")
            Element("h1", text: header.experiment)
            if !header.summary.isEmpty { Element("p", ["class": "summary"], text: header.summary) }
            Element("p", ["class": "quiet"], text: ReportTables.occasion(of: report))
        }
    }

    private func section(_ title: String, id: String, @MarkupBuilder _ children: () -> [Markup]) -> Element {
        Element("section", ["id": id]) {
            Element("h2", text: title)
            children()
        }
    }
}

package import Plan
package import Timeline
package import Verdict

/// A run while it goes, as a page: the report's own charts of what is known so far. It updates by a small script that
/// fetches `fragment`, and without scripts by loading itself again. Pure, as the report is; names and messages are never
/// markup.
package struct LivePage: Sendable {
    /// Something that happened.
    package struct Line: Sendable, Equatable {
        /// "20.000 s ± 2.37 µs"; nil: it has no instant of its own.
        package let at: String?
        package let text: String

        package init(at: String?, text: String) {
            self.at = at
            self.text = text
        }
    }

    /// A row above the charts: "faults", "slow#1 delay 100ms, 7 s left".
    package struct Row: Sendable, Equatable {
        package let title: String
        package let text: String

        package init(title: String, text: String) {
            self.title = title
            self.text = text
        }
    }

    let experiment: String
    let summary: String
    let status: [Row]
    /// Of the run that is over, 0 to 1.
    let part: Double
    let isOver: Bool
    /// Until a second ago; nil: nothing is known yet.
    let timeline: Timeline?
    let verdict: Verdict?
    let markers: [LatencyMarker]
    private(set) var lines: [Line]

    /// Lines on the page; the newest first.
    private static let mostLines = 40

    package init(
        experiment: String,
        summary: String,
        status: [Row],
        part: Double,
        isOver: Bool,
        timeline: Timeline?,
        verdict: Verdict?,
        targets: TargetsPlan,
        lines: [Line]
    ) {
        self.init(
            experiment: experiment,
            summary: summary,
            status: status,
            part: part,
            isOver: isOver,
            timeline: timeline,
            verdict: verdict,
            markers: LatencyMarker.markers(of: targets),
            lines: lines
        )
    }

    init(
        experiment: String,
        summary: String,
        status: [Row],
        part: Double,
        isOver: Bool,
        timeline: Timeline?,
        verdict: Verdict?,
        markers: [LatencyMarker],
        lines: [Line]
    ) {
        self.experiment = experiment
        self.summary = summary
        self.status = status
        self.part = part.isFinite ? max(0, min(1, part)) : 0
        self.isOver = isOver
        self.timeline = timeline
        self.verdict = verdict
        self.markers = markers
        self.lines = lines
    }

    /// The same drawing with later lines.
    package func with(lines: [Line]) -> LivePage {
        var page = self
        page.lines = lines
        return page
    }

    /// The whole page; also well-formed as XML.
    package var html: String {
        let page = Element("html", ["lang": "en"]) {
            Element("head") {
                Element("meta", ["charset": "utf-8"])
                Element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                Element("meta", ["name": "color-scheme", "content": "light dark"])
                Element("title", text: "\(experiment) – Faultline, live")
                Element("noscript") { Element("meta", ["http-equiv": "refresh", "content": "3"]) }
                Element("style") { Markup.stylesheet(Stylesheet.text + Self.style) }
                Element("script", ["src": "live.js", "defer": "defer"])
            }
            Element("body") {
                Patterns.html
                Element("main") { content }
                Element("p", ["id": "silence", "class": "silence", "hidden": "hidden", "role": "status"])
            }
        }
        return "<!DOCTYPE html>\n" + page.rendered + "\n"
    }

    /// What stands in `main`.
    package var fragment: String { content.map(\.rendered).joined() }

    /// What the run's report is preceded by when it takes this page's place: an empty mark that the script looks for.
    package static let judgedFragment = Element("p", ["data-judged": "true"], text: "The report is here.")
        .rendered

    private var content: [Element] {
        [top, now] + (targets.map { [$0] } ?? []) + charts + [happenings]
    }

    private var top: Element {
        Element("header") {
            Element(
                "p",
                ["class": "kind"],
                text: isOver ? "Faultline, a run that is over" : "Faultline, live"
            )
            Element("h1", text: experiment)
            if !summary.isEmpty { Element("p", ["class": "summary"], text: summary) }
        }
    }

    private var now: Element {
        Element("section", ["class": "now", "id": "now"]) {
            Element(
                "progress",
                ["max": "1", "value": part.coordinate, "aria-label": "How much of the run is over"]
            )
            Element("dl") {
                status.map { row in
                    Element("div") {
                        Element("dt", text: row.title)
                        Element("dd", text: row.text.unitsKept)
                    }
                }
            }
        }
    }

    private var targets: Element? {
        guard let verdict, !verdict.findings.isEmpty else { return nil }
        return Element("section", ["id": "targets"]) {
            Element("h2", text: "Targets so far")
            Headline(verdict: verdict).targetList
            Element("p", ["class": "quiet"], text: "Of what is known by now; the verdict is made at the end.")
        }
    }

    private var charts: [Element] {
        guard let timeline else { return [] }
        let series = FaultSeries(timeline)
        var sections: [Element] = []
        for (index, load) in timeline.loads.enumerated() where load.total.due > 0 {
            let name = timeline.loads.count > 1 ? ": \(load.name)" : ""
            let time = TimelineChart(timeline: timeline, load: load, series: series, id: "timeline-\(index)")
            sections.append(
                Element("section", ["id": "timeline-\(index)-section"]) {
                    Element("h2", text: "Timeline\(name)")
                    time.figure.html
                }
            )
            let spectrum = SpectrumChart(
                timeline: timeline,
                load: load,
                series: series,
                markers: markers,
                id: "spectrum-\(index)"
            )
            sections.append(
                Element("section", ["id": "spectrum-\(index)-section"]) {
                    Element("h2", text: "Latency by percentile\(name)")
                    spectrum.figure.html
                }
            )
        }
        if let verdict {
            let table = PhaseTable(timeline: timeline, verdict: verdict).table
            if !table.rows.isEmpty {
                sections.append(
                    Element("section", ["id": "phases"]) {
                        Element("h2", text: "Phases so far")
                        table.html(caption: "Phases so far")
                    }
                )
            }
        }
        return sections
    }

    private var happenings: Element {
        Element("section", ["id": "happenings"]) {
            Element("h2", text: "What happened, newest first")
            if lines.isEmpty { Element("p", ["class": "quiet"], text: "Nothing yet.") }
            Element("ol", ["class": "happenings"]) {
                lines.suffix(Self.mostLines).reversed().map { line in
                    Element("li") {
                        if let at = line.at { Element("span", ["class": "quiet"], text: at + " ") }
                        line.text.shortened(to: 400).unitsKept
                    }
                }
            }
        }
    }

    private static let style = """
        .now{margin-top:28px}
        progress{display:block;width:100%;height:10px;accent-color:var(--blue)}
        .now dl{margin:16px 0 0}
        .now dd{overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
        .happenings{list-style:none;margin:0;padding:0;font-size:14px;line-height:1.5}
        .happenings li{padding:5px 0;border-bottom:1px solid var(--rule);overflow-wrap:anywhere}
        .silence{position:sticky;bottom:0;margin:0;padding:10px 32px;background:var(--missed-tint);color:var(--ink);\
        border-top:2px solid var(--missed)}
        .silence[hidden]{display:none}

        """
}

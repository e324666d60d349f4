import Measures
package import Verdict

/// Runs of one experiment over time as a page: one file, inline SVG, nothing from the network.
package struct TrendPage: Sendable {
    private let runs: [RunSummary]

    /// - Parameter runs: of one experiment, the oldest first.
    package init(_ runs: [RunSummary]) {
        self.runs = runs
    }

    package var html: String {
        let experiment = runs.last?.experiment ?? ""
        let page = Element("html", ["lang": "en"]) {
            Element("head") {
                Element("meta", ["charset": "utf-8"])
                Element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                Element("meta", ["name": "color-scheme", "content": "light dark"])
                Element("title", text: "\(experiment) – Faultline trend")
                Element("style") { Markup.stylesheet(Stylesheet.text) }
            }
            Element("body") {
                Element("main") {
                    Element("header") {
                        Element("p", ["class": "kind"], text: "Faultline trend")
                        Element("h1", text: experiment)
                        Element(
                            "p",
                            ["class": "quiet"],
                            text: "\(Figures.count(runs.count, "run")): \(TrendText.counts(runs))"
                        )
                    }
                    if !runs.isEmpty {
                        Element("section", ["id": "trend-section"]) {
                            Element("h2", text: "Over time")
                            TrendChart(runs: runs).figure.html
                        }
                        Element("section", ["id": "runs"]) {
                            Element("h2", text: "The latest runs")
                            TrendTable(runs: runs.suffix(20)).table.html(caption: "The latest runs")
                        }
                    }
                }
            }
        }
        return "<!DOCTYPE html>\n" + page.rendered + "\n"
    }
}

/// The latest first.
struct TrendTable: Sendable {
    let runs: [RunSummary]

    init(runs: some Sequence<RunSummary>) {
        self.runs = Array(runs)
    }

    var table: DataTable {
        DataTable(
            [
                .text("Begun"), .text("Verdict"), .number("Requests"), .number("Good"), .number("p50"),
                .number("p99"),
                .number("Lasted"), .text("Folder"),
            ],
            rows: runs.reversed().map { run in
                [
                    DataTable.Cell(run.startedAt),
                    DataTable.Cell(run.outcome?.rawValue ?? "not judged", mark: run.outcome.map { Mark($0) }),
                    DataTable.Cell(Figures.count(run.due)),
                    DataTable.Cell(run.availability.map { Figures.percent($0, resolving: 0.001) } ?? "–"),
                    DataTable.Cell(run.words(run.p50Milliseconds)),
                    DataTable.Cell(run.words(run.p99Milliseconds)),
                    DataTable.Cell(Figures.seconds(run.durationSeconds)), DataTable.Cell(run.folder),
                ]
            }
        )
    }
}

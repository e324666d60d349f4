/// One chart with everything that makes it readable without looking at it: a title, a description, a legend and the same
/// figures as a table.
///
/// The drawing is as wide as the page allows and as high as `height` pixels. Positions along x are percentages, so that
/// text keeps its size at every width; what is to be stretched sits in a nested `svg` with its own view box. Axis texts
/// stand in the margins, outside the drawing's box.
struct ChartFigure: Sendable {
    let id: String
    let title: String
    /// What it shows, in words, with the most important numbers.
    let summary: String
    let height: Double
    /// "wide-right" leaves room for labels beside the plot.
    let style: String
    let drawing: [Element]
    let legend: [LegendGroup]
    let tableTitle: String
    let table: DataTable

    var html: Element {
        Element("figure", ["class": "chart \(style)", "id": id]) {
            Element(
                "svg",
                [
                    "class": "plot", "role": "img", "height": height.coordinate,
                    "aria-labelledby": "\(id)-t \(id)-d",
                ]
            ) {
                Element("title", ["id": "\(id)-t"], text: title)
                Element("desc", ["id": "\(id)-d"], text: summary)
                drawing
            }
            Element("div", ["class": "legend"]) { legend.filter { !$0.entries.isEmpty }.map(\.html) }
            Element("details") {
                Element("summary", text: tableTitle)
                table.html(caption: tableTitle)
            }
        }
    }
}

/// The legend of one row of a chart.
struct LegendGroup: Sendable {
    let title: String
    let entries: [LegendEntry]

    var html: Element {
        Element("div", ["class": "group"]) {
            Element("span", ["class": "group-title"], text: title)
            Element("ul") { entries.map(\.html) }
        }
    }
}

/// A sample of a line or an area, and what it stands for.
struct LegendEntry: Sendable {
    enum Sample: Sendable {
        case line(SeriesStyle, width: Double)
        case area(fill: String, border: String?, opacity: Double)
        case sign(Element)
    }

    let sample: Sample
    let label: String
    let note: String?

    init(_ label: String, note: String? = nil, _ sample: Sample) {
        self.label = label
        self.note = note
        self.sample = sample
    }

    var html: Element {
        Element("li") {
            Element("svg", ["class": "key", "width": "26", "height": "14", "aria-hidden": "true"]) { drawing }
            Element("span") {
                label
                if let note { Element("span", ["class": "quiet"], text: " " + note) }
            }
        }
    }

    private var drawing: Element {
        switch sample {
        case .line(let style, let width):
            Element(
                "line",
                [
                    "x1": "0", "x2": "26", "y1": "7", "y2": "7", "stroke": style.colour.css,
                    "stroke-width": width.coordinate, "stroke-dasharray": style.dash,
                ]
            )
        case .area(let fill, let border, let opacity):
            Element(
                "rect",
                [
                    "x": "0.5", "y": "1.5", "width": "25", "height": "11", "fill": fill,
                    "fill-opacity": opacity == 1 ? nil : opacity.coordinate, "stroke": border,
                ]
            )
        case .sign(let sign):
            Element("svg", ["x": "13", "y": "7", "overflow": "visible"]) { sign }
        }
    }
}

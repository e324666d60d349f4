import Decomposition

/// Hatchings for fault bands and reasons: what colour says, direction and density say too. In an `svg` of its own
/// without extent, since browsers do not find patterns inside what is not displayed.
enum Patterns {
    static var html: Element {
        Element("svg", ["class": "patterns", "width": "0", "height": "0", "aria-hidden": "true"]) {
            Element("defs") {
                SeriesStyle.faults.indices.map { band($0) }
                ErrorStrip.fills.indices.map { kind($0) }
                Part.allCases.map { part($0) }
            }
        }
    }

    /// Thin lines, far apart: the heat map below stays readable.
    private static func band(_ index: Int) -> Element {
        let angle = [45, -45, 0, 90, 20][index]
        return pattern("hatch\(index)", size: 7, angle: angle) {
            Element(
                "rect",
                [
                    "width": "7", "height": "7", "fill": SeriesStyle.faults[index].colour.css,
                    "fill-opacity": "0.08",
                ]
            )
            Element(
                "path",
                [
                    "d": "M0 0V7", "stroke": SeriesStyle.faults[index].colour.css, "stroke-width": "1.4",
                    "stroke-opacity": "0.5",
                ]
            )
        }
    }

    private static func kind(_ index: Int) -> Element {
        let colour = ErrorStrip.fills[index].colour.css
        let lines = ["", "M0 0V5", "M0 0V5", "M0 0V5M0 2.5H5", "M0 0V5", "M1 1h1.6v1.6h-1.6z"][index]
        let angle = [0, 45, 90, 45, 0, 0][index]
        return pattern("kind\(index)", size: 5, angle: angle) {
            Element(
                "rect",
                ["width": "5", "height": "5", "fill": colour, "fill-opacity": index == 0 ? nil : "0.35"]
            )
            if index > 0 {
                Element("path", ["d": lines, "stroke": colour, "stroke-width": "2.6", "fill": colour])
            }
        }
    }

    /// Neighbours differ in lightness and in the lines' direction.
    private static func part(_ part: Part) -> Element {
        let style = SplitStyle(part)
        return pattern("part\(part.rawValue)", size: 6, angle: style.angle) {
            Element(
                "rect",
                [
                    "width": "6", "height": "6", "fill": style.colour.css,
                    "fill-opacity": style.opacity.coordinate,
                ]
            )
            if let lines = style.lines {
                Element(
                    "path",
                    ["d": lines, "stroke": style.colour.css, "stroke-width": "2", "fill": style.colour.css]
                )
            }
        }
    }

    private static func pattern(
        _ id: String,
        size: Int,
        angle: Int,
        @MarkupBuilder _ children: () -> [Markup]
    ) -> Element {
        Element(
            "pattern",
            [
                "id": id, "width": String(size), "height": String(size), "patternUnits": "userSpaceOnUse",
                "patternTransform": angle == 0 ? nil : "rotate(\(angle))",
            ],
            children
        )
    }
}

/// Texts and lines of a chart's frame. All of it is hidden from screen readers, which have the table.
enum ChartText {
    /// Width of 12-pixel text, on the safe side for the fonts that systems use for `system-ui`.
    static func width(of text: String) -> Double { Double(text.count) * 7.7 }

    /// A text at a part (0 to 1) of the plot's width plus an offset in pixels.
    static func label(
        _ text: String,
        part: Double,
        offset: Double = 0,
        y: Double,
        anchor: String = "start",
        style: String? = nil
    ) -> Element {
        Element(
            "text",
            [
                "x": percent(part), "dx": offset == 0 ? nil : offset.coordinate, "y": y.coordinate,
                "text-anchor": anchor == "start" ? nil : anchor, "class": style,
            ],
            text: text
        )
    }

    /// A horizontal line over the whole plot.
    static func rule(y: Double) -> Element {
        Element("line", ["class": "rule", "x1": "0", "x2": "100%", "y1": y.coordinate, "y2": y.coordinate])
    }

    /// A vertical line at a part of the plot's width.
    static func upright(part: Double, from top: Double, to bottom: Double) -> Element {
        Element(
            "line",
            [
                "class": "rule", "x1": percent(part), "x2": percent(part), "y1": top.coordinate,
                "y2": bottom.coordinate,
            ]
        )
    }

    static func percent(_ part: Double) -> String { (part * 100).coordinate + "%" }

    static func hidden(@MarkupBuilder _ children: () -> [Markup]) -> Element {
        Element("g", ["aria-hidden": "true"], children)
    }

    /// A part of the drawing whose x axis is stretched to the plot's width: `columns` units wide, y in pixels or rows.
    static func stretched(
        top: Double,
        height: Double,
        columns: Double,
        rows: Double,
        @MarkupBuilder _ children: () -> [Markup]
    ) -> Element {
        Element(
            "svg",
            [
                "y": top.coordinate, "width": "100%", "height": height.coordinate,
                "viewBox": "0 0 \(columns.coordinate) \(rows.coordinate)", "preserveAspectRatio": "none",
                "aria-hidden": "true",
            ],
            children
        )
    }
}

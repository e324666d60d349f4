import Measures

/// Latency targets in the spectrum: a corner that the curve must pass below, with a letter that the legend explains.
struct SpectrumMarkers: Sendable {
    let markers: [LatencyMarker]
    let nines: NinesScale
    let latency: LatencyScale

    private static let letters = Array("ABCDEFGHJKLMNPQRSTUVWXYZ")

    private var lettered: [(letter: String, marker: LatencyMarker)] {
        zip(Self.letters, markers).map { (String($0), $1) }
    }

    var drawing: [Element] {
        // Letters beside each other keep their distance: 18 pixels along x where they would meet.
        var placed: [(part: Double, y: Double, shift: Double)] = []
        return lettered.map { letter, marker in
            let part = nines.part(exceedance: marker.exceedance)
            let y = latency.position(marker.threshold)
            let near = placed.filter { abs($0.part - part) < 0.1 && abs($0.y - y) < 18 }
            let shift = (near.map(\.shift).max() ?? -20) + 20
            placed.append((part, y, shift))
            return Element("svg", ["x": ChartText.percent(part), "y": y.coordinate, "overflow": "visible"]) {
                Element("title", text: marker.label)
                Element("path", ["class": "limit", "d": "M-34 0H0V-22"])
                Element("g", ["class": "letter", "transform": "translate(\((11 + shift).coordinate) -11)"]) {
                    Element("circle", ["r": "8"])
                    Element("text", ["y": "4", "text-anchor": "middle", "aria-hidden": "true"], text: letter)
                }
            }
        }
    }

    var legend: [LegendEntry] {
        lettered.map { letter, marker in
            LegendEntry(
                marker.label,
                .sign(
                    Element("g", ["class": "letter"]) {
                        Element("circle", ["r": "7"])
                        Element("text", ["y": "4", "text-anchor": "middle"], text: letter)
                    }
                )
            )
        }
    }
}

import Measures
import Recording
import Timeline

/// When processes came and went during the run: a line for each service on each host, a sign for each change, and a bar
/// behind it where its instant is not known to a pixel.
struct ProcessStrip: Sendable {
    struct Track: Sendable {
        let label: String
        let changes: [(at: BoundedInstant, event: ProcessEvent)]
    }

    let tracks: [Track]
    /// Services whose changes are in the table only.
    let left: Int
    let time: TimeScale

    static let trackHeight = 36.0
    private static let mostTracks = 5

    init(timeline: Timeline, time: TimeScale) {
        var tracks: [(label: String, changes: [(at: BoundedInstant, event: ProcessEvent)])] = []
        for event in timeline.processes where event.at.instant >= .zero && event.at.instant <= timeline.end {
            guard case .process(let change) = event.body else { continue }
            let label = "\(change.service) on \(event.host)"
            if let index = tracks.firstIndex(where: { $0.label == label }) {
                tracks[index].changes.append((event.at, change))
            } else {
                tracks.append((label, [(event.at, change)]))
            }
        }
        self.tracks = tracks.prefix(Self.mostTracks).map { Track(label: $0.label, changes: $0.changes) }
        self.left = max(0, tracks.count - Self.mostTracks)
        self.time = time
    }

    var height: Double { Double(tracks.count) * Self.trackHeight }

    func drawing(top: Double) -> [Element] {
        tracks.enumerated().map { index, track in
            let y = top + Double(index) * Self.trackHeight
            return Element("g") {
                ChartText.hidden {
                    ChartText.label(track.label.shortened(to: 26), part: 0, y: y + 12, style: "quiet")
                    ChartText.rule(y: y + 25)
                }
                track.changes.map { bar($0.at, y: y + 25) }.compactMap { $0 }
                track.changes.map { at, event in
                    Element(
                        "svg",
                        [
                            "x": ChartText.percent(time.part(at.instant)), "y": (y + 25).coordinate,
                            "overflow": "visible",
                        ]
                    ) {
                        Element(
                            "title",
                            text:
                                "\(track.label): \(event.change.words), \(Figures.instant(at)), pid \(event.pid)"
                        )
                        Self.sign(of: event.change)
                    }
                }
            }
        }
    }

    private func bar(_ at: BoundedInstant, y: Double) -> Element? {
        time.uncertainty(at).map { parts in
            Element(
                "rect",
                [
                    "class": "uncertain", "x": ChartText.percent(parts.lowerBound), "y": (y - 5).coordinate,
                    "width": ChartText.percent(parts.upperBound - parts.lowerBound), "height": "10",
                    "fill": Palette.muted.css,
                ]
            )
        }
    }

    /// Around the origin, 10 pixels wide.
    static func sign(of change: ProcessEvent.Change) -> Element {
        switch change {
        case .killed, .exited:
            Element(
                "path",
                [
                    "d": "M-4.5-4.5l9 9M4.5-4.5l-9 9", "stroke": Palette.vermillion.css,
                    "stroke-width": "2.5",
                    "fill": "none",
                ]
            )
        case .signalled:
            Element("path", ["d": "M-4 4l4-9l4 9z", "fill": Palette.vermillion.css])
        case .stopped:
            Element(
                "path",
                [
                    "d": "M-2.5-5v10M2.5-5v10", "stroke": Palette.vermillion.css, "stroke-width": "2.5",
                    "fill": "none",
                ]
            )
        case .continued:
            Element("path", ["d": "M-4-5l9 5l-9 5z", "fill": Palette.green.css])
        case .started:
            Element(
                "circle",
                ["r": "4", "fill": Palette.paper.css, "stroke": Palette.green.css, "stroke-width": "2"]
            )
        case .ready:
            Element("circle", ["r": "5", "fill": Palette.green.css])
        }
    }

    var legend: [LegendEntry] {
        let changes = tracks.flatMap { $0.changes.map(\.event.change) }
        let groups: [(ProcessEvent.Change, String)] = [
            (.killed, "killed or exited"), (.signalled, "signalled"), (.stopped, "stopped"),
            (.continued, "continued"),
            (.started, "started"), (.ready, "ready"),
        ]
        return groups.filter { kind, _ in
            changes.contains(kind) || kind == .killed && changes.contains(.exited)
        }.map { kind, label in
            LegendEntry(label, .sign(Self.sign(of: kind)))
        }
    }
}

extension ProcessEvent.Change {
    var words: String { rawValue }
}

import Measures
import Recording
import Timeline

/// When processes came and went during the run, and what they wrote to their logs: a line for each service on each host, a
/// sign for each change and mark, and a bar behind it where its instant is not known to a pixel.
struct ProcessStrip: Sendable {
    struct Track: Sendable {
        let label: String
        let events: [ServiceEvent]
    }

    let tracks: [Track]
    /// Services whose changes are in the table only.
    let left: Int
    let time: TimeScale

    static let trackHeight = 36.0
    private static let mostTracks = 5

    init(timeline: Timeline, time: TimeScale) {
        var tracks: [(label: String, events: [ServiceEvent])] = []
        for event in ServiceEvent.all(of: timeline) {
            if let index = tracks.firstIndex(where: { $0.label == event.track }) {
                tracks[index].events.append(event)
            } else {
                tracks.append((event.track, [event]))
            }
        }
        self.tracks = tracks.prefix(Self.mostTracks).map { track in
            Track(label: track.label, events: Self.drawn(track.events))
        }
        self.left = max(0, tracks.count - Self.mostTracks)
        self.time = time
    }

    /// A log may have a thousand marks: of one name, so many are drawn, the first and evenly spread ones.
    private static let mostMarks = 60

    private static func drawn(_ events: [ServiceEvent]) -> [ServiceEvent] {
        let marks = events.indices.filter { events[$0].isLogMark }
        guard marks.count > mostMarks else { return events }
        let kept = Set((0..<mostMarks).map { marks[$0 * marks.count / mostMarks] })
        return events.indices.filter { !events[$0].isLogMark || kept.contains($0) }.map { events[$0] }
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
                track.events.compactMap { bar($0.at, y: y + 25) }
                track.events.map { event in
                    Element(
                        "svg",
                        [
                            "x": ChartText.percent(time.part(event.at.instant)), "y": (y + 25).coordinate,
                            "overflow": "visible",
                        ]
                    ) {
                        Element("title", text: "\(track.label): \(event.words), \(Figures.instant(event.at))")
                        Self.sign(of: event)
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

    private static func sign(of event: ServiceEvent) -> Element {
        switch event.what {
        case .change(let change): sign(of: change.change)
        case .mark: logMark
        }
    }

    /// A line of a log, as a flag: its mast stands at the instant.
    private static var logMark: Element {
        Element(
            "path",
            [
                "d": "M0 6V-7l8 3.5L0 0", "stroke": Palette.blue.css, "stroke-width": "1.5",
                "fill": Palette.blue.css,
            ]
        )
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
        let events = tracks.flatMap(\.events)
        let changes = events.compactMap(\.change)
        let groups: [(ProcessEvent.Change, String)] = [
            (.killed, "killed or exited"), (.signalled, "signalled"), (.stopped, "stopped"),
            (.continued, "continued"),
            (.started, "started"), (.ready, "ready"),
        ]
        return groups.filter { kind, _ in
            changes.contains(kind) || kind == .killed && changes.contains(.exited)
        }.map { kind, label in
            LegendEntry(label, .sign(Self.sign(of: kind)))
        } + (events.contains(where: \.isLogMark) ? [LegendEntry("line in a log", .sign(Self.logMark))] : [])
    }
}

import Measures
package import Report

/// A tick in a few lines: where the run is, what acts, what users feel, how far it is from being stopped.
package struct LiveScreen {
    private let tick: RunTick

    /// Lines, at most, however much there is to say.
    package static let most = 10

    package init(_ tick: RunTick) {
        self.tick = tick
    }

    /// - Parameters:
    ///   - columns: of the terminal; no line is as wide, so that none breaks.
    ///   - rows: of the terminal; two stay free for what is written above.
    package func lines(columns: Int, rows: Int) -> [String] {
        let most = max(1, min(Self.most, rows - 2))
        return parts.filter { !$0.isEmpty }.prefix(most).map { line in
            line.count < columns ? line : line.prefix(max(0, columns - 2)) + "…"
        }
    }

    private var parts: [String] {
        [head]
            + rows.map { row in
                row.title + String(repeating: " ", count: max(1, 10 - row.title.count)) + row.text
            }
    }

    /// Titles and what there is to say, most important first.
    package var rows: [LivePage.Row] {
        let window = tick.window
        let acting = tick.place.acting.map { "\($0.text), \(Self.seconds($0.left)) left" }
        let waiting = window.waiting > window.duePerSecond / 10 + 1 ? ", \(window.waiting) waiting" : ""
        let rows = [
            LivePage.Row(title: "faults", text: acting.joined(separator: "; ")),
            LivePage.Row(
                title: "next",
                text: tick.place.next.map { "\($0.text) in \(Self.seconds($0.left))" } ?? ""
            ),
            LivePage.Row(
                title: "requests",
                text: "\(window.duePerSecond)/s due, \(window.endedPerSecond)/s done\(waiting)"
            ),
        ]
        return (rows + felt).filter { !$0.text.isEmpty }
    }

    private var felt: [LivePage.Row] {
        let window = tick.window
        guard window.ended > 0 else { return [LivePage.Row(title: "good", text: "no outcome yet")] + guards }
        let times = [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)]
            .map { "\($0.0) \(window.time(atQuantile: $0.1)?.rounded ?? "∞")" }.joined(separator: "   ")
        return [
            LivePage.Row(title: "times", text: "\(times) (last \(LiveFigures.window) s)"),
            LivePage.Row(title: "good", text: window.goodWords),
        ] + guards + [LivePage.Row(title: "sender", text: "late by \(window.lateness.rounded) (p99)")]
    }

    /// "cut, phase 4 of 7; 41 of 90 s"
    package var whereabouts: String {
        let phase = tick.place.phase.map { "\($0); " } ?? ""
        return "\(phase)\(min(tick.at.seconds, tick.end.seconds).fixed(0)) of \(tick.end.seconds.fixed(0)) s"
    }

    /// "cut, phase 4 of 7   41 of 90 s  ██████░░░░  49 s left"
    private var head: String {
        let end = max(1e-9, tick.end.seconds)
        let at = min(tick.at.seconds, end)
        let width = 24
        let full = Int((at / end * Double(width)).rounded())
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
        let left =
            tick.end > tick.at ? "\(Self.seconds(tick.end - tick.at)) left" : "last answers are waited for"
        let phase = tick.place.phase.map { "\($0)   " } ?? ""
        return "\(phase)\(at.fixed(0)) of \(end.fixed(0)) s  \(bar)  \(left)"
    }

    private var guards: [LivePage.Row] {
        tick.guards.map { reading in
            let now = reading.share.map { "\((100 * $0).fixed(1)) %" } ?? "not known yet"
            return LivePage.Row(
                title: "guard",
                text:
                    "availability \(now) over \(reading.over.text); stops below \(reading.limit.percentText)"
            )
        }
    }

    private static func seconds(_ time: Duration) -> String {
        let seconds = max(0, time.seconds.rounded())
        return seconds < 120 ? "\(seconds.fixed(0)) s" : "\((seconds / 60).fixed(0)) min"
    }
}

extension LiveWindow {
    private static let mostErrors = 3

    /// "100 %", "90.0 %: 7 refused, 3 timed out". Something must have ended.
    var goodWords: String {
        good == ended ? "100 %" : "\((100 * Double(good) / Double(max(1, ended))).fixed(1)) %: \(errorWords)"
    }

    /// "7 refused, 3 timed out"; the most frequent first.
    var errorWords: String {
        let sorted = errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let shown = sorted.prefix(Self.mostErrors).map { "\($0.value) \($0.key)" }
        let rest = sorted.dropFirst(Self.mostErrors).reduce(0) { $0 + $1.value }
        return (shown + (rest > 0 ? ["\(rest) other"] : [])).joined(separator: ", ")
    }
}

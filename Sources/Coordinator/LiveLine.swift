import Measures

/// A tick in one line, most important first, so that a narrow terminal cuts off the least.
package struct LiveLine {
    private let tick: RunTick

    package init(_ tick: RunTick) {
        self.tick = tick
    }

    /// - Parameter columns: as wide as it may be; nil: any.
    package func text(columns: Int?) -> String {
        let line = parts.filter { !$0.isEmpty }.joined(separator: "  ")
        guard let columns, line.count > columns else { return line }
        return line.prefix(max(0, columns - 1)) + "…"
    }

    private var parts: [String] {
        let window = tick.window
        let clock = "\(tick.at.seconds.fixed(0)) of \(tick.end.seconds.fixed(0)) s"
        let waiting = window.waiting > window.duePerSecond / 10 + 1 ? "\(window.waiting) waiting" : ""
        guard window.ended > 0 else {
            return [
                clock, "\(window.duePerSecond)/s due", waiting.isEmpty ? "no outcome yet" : waiting, active,
            ]
        }
        let share = (100 * Double(window.good) / Double(window.ended)).fixed(1)
        let times = [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)]
            .map { "\($0.0) \(window.time(atQuantile: $0.1)?.rounded ?? "∞")" }.joined(separator: "  ")
        return [
            clock, "\(window.duePerSecond)/s due, \(window.endedPerSecond)/s done", times,
            window.good == window.ended ? "100 % good" : "\(share) % good: \(window.errorWords)", waiting,
            "late \(window.lateness.rounded)", active,
        ]
    }

    private var active: String {
        tick.active.isEmpty ? "" : "[\(tick.active.joined(separator: ", "))]"
    }
}

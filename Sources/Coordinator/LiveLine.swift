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
            window.good == window.ended ? "100 % good" : "\(share) % good: \(errors)", waiting,
            "late \(window.lateness.rounded)", active,
        ]
    }

    private static let mostErrors = 3

    /// Most frequent first.
    private var errors: String {
        let sorted = tick.window.errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let shown = sorted.prefix(Self.mostErrors).map { "\($0.value) \($0.key)" }
        let rest = sorted.dropFirst(Self.mostErrors).reduce(0) { $0 + $1.value }
        return (shown + (rest > 0 ? ["\(rest) other"] : [])).joined(separator: ", ")
    }

    private var active: String {
        tick.active.isEmpty ? "" : "[\(tick.active.joined(separator: ", "))]"
    }
}

import Foundation
import Measures
package import Plan
package import Recording
package import Report
package import Schedule
import Synchronization
import Timeline
import Verdict

/// A run as it can be drawn while it goes. It is told everything and draws only when somebody asks, at most once a second
/// however many do. Memory is bounded by the run's length and not by its requests: about 8 MB for an hour of a load.
package final class LiveRun: RunObserver {
    private let plan: Plan
    private let schedule: Schedule
    private let header: RunHeader
    private let state: Mutex<State>
    private let drawn = Mutex<LivePage?>(nil)

    /// Lines of what happened that are kept.
    private static let mostLines = 100
    /// Requests of which every instant is kept; more than that, and outages are known to 10 ms.
    private static let exactMarks = 100_000
    /// Outcomes of a second are told within this after it.
    private static let telling = Duration.seconds(1)

    private struct State: Sendable {
        var builder: TimelineBuilder
        var tick: RunTick?
        var lines: [LivePage.Line] = []
        var gathered = GatheredLines()
        var stage: String?
        /// Of the last page, by its tick.
        var drawnAt: Instant?
        var isOver = false

        mutating func add(_ line: LivePage.Line) {
            lines.append(line)
            if lines.count > mostLines { lines.removeFirst(lines.count - mostLines) }
        }
    }

    package init(plan: Plan, schedule: Schedule, version: String) {
        self.plan = plan
        self.schedule = schedule
        header = RunHeader(
            plan: plan,
            schedule: schedule,
            settings: RunSettings(files: "", version: version, experimentFile: ""),
            startedAt: .distantPast,
            hosts: []
        )
        state = Mutex(
            State(
                builder: TimelineBuilder(
                    header: header,
                    schedule: schedule,
                    plan: plan,
                    exactMarks: Self.exactMarks
                )
            )
        )
    }

    package func stage(_ text: String) {
        state.withLock {
            $0.stage = text
            $0.add(LivePage.Line(at: nil, text: text))
        }
    }

    package func warning(_ text: String) {
        state.withLock { $0.add(LivePage.Line(at: nil, text: "warning: \(text)")) }
    }

    package func event(_ event: RunEvent) {
        state.withLock { state in
            if let line = state.gathered.take(event) {
                state.add(LivePage.Line(at: line.at, text: line.text))
            }
            switch event.body {
            // A second of each host's clock, and each second's paths: they are not drawn here, and would grow.
            case .clock, .path, .origin: break
            default: state.builder.add(event)
            }
        }
    }

    package func exchanges(_ exchanges: [Exchange], of load: String, from host: String, sender: Int) {
        state.withLock { state in
            for exchange in exchanges { state.builder.add(exchange, load: load, sender: sender) }
        }
    }

    package func tick(_ tick: RunTick) {
        state.withLock { state in
            state.tick = tick
            for text in state.gathered.counts() { state.add(LivePage.Line(at: nil, text: text)) }
        }
    }

    /// Requests have their outcomes, and the run is being judged.
    package func finish() {
        state.withLock {
            $0.isOver = true
            $0.drawnAt = nil
        }
    }

    /// What there is to see now. Takes some milliseconds when a second has passed since the last one.
    package func page() -> LivePage {
        // One draws, the others wait for it.
        drawn.withLock { drawn in
            let (state, isNew) = self.state.withLock { state in
                let isNew = state.drawnAt == nil || state.drawnAt != state.tick?.at
                state.drawnAt = state.tick?.at
                return (state, isNew)
            }
            if let drawn, !isNew { return drawn.with(lines: state.lines) }
            let page = draw(state)
            drawn = page
            return page
        }
    }

    private func draw(_ state: State) -> LivePage {
        let seen = (state.tick?.at ?? .zero) - Self.telling
        let timeline = seen > .zero ? state.builder.finish(seenUntil: state.isOver ? nil : seen) : nil
        return LivePage(
            experiment: plan.name,
            summary: plan.summary,
            status: status(state),
            part: state.tick.map { min(1, $0.at.seconds / max(1e-9, $0.end.seconds)) } ?? 0,
            isOver: state.isOver,
            timeline: timeline,
            verdict: timeline.map { Verdict(timeline: $0, plan: plan) },
            targets: plan.targets,
            lines: state.lines
        )
    }

    private func status(_ state: State) -> [LivePage.Row] {
        guard !state.isOver else {
            return [
                LivePage.Row(
                    title: "now",
                    text: "The run is over and is being judged; the report comes here."
                )
            ]
        }
        guard let tick = state.tick else {
            return [LivePage.Row(title: "now", text: state.stage ?? "starting")]
        }
        let screen = LiveScreen(tick)
        // Columns of a terminal are kept by spaces, which a page would lose.
        let rows = screen.rows.map { row in
            LivePage.Row(title: row.title, text: row.text.replacing(/[ ]{2,}/, with: " · "))
        }
        return [LivePage.Row(title: "now", text: screen.whereabouts)] + rows
    }
}

package import Measures
import Plan
package import Recording

/// What a run tells while it goes; the command line prints it, tests collect it.
package protocol RunObserver: Sendable {
    /// A stage began: "starting nginx on web1".
    func stage(_ text: String)
    func event(_ event: RunEvent)
    /// About once a second: where the run is and what its users feel.
    func tick(_ tick: RunTick)
    func warning(_ text: String)
    /// Time zero, seconds since 1970.
    func begin(startedAt: Double)
    /// Requests of a load whose outcome became known. `sender`: the host's place among the load's senders.
    func exchanges(_ exchanges: [Exchange], of load: String, from host: String, sender: Int)
}

extension RunObserver {
    package func begin(startedAt: Double) {}
    package func exchanges(_ exchanges: [Exchange], of load: String, from host: String, sender: Int) {}

    /// A closed model's figures are easily taken for those of an open one, and a trace's end for the target's.
    func warnOfLoads(in plan: Plan) {
        for load in plan.loads {
            if let words = load.arrivals.closedWords { warning("\(load.name) is a \(words)") }
            guard case .trace(let trace) = load.arrivals else { continue }
            if let words = trace.misfit(of: plan.duration) { warning("\(load.name): \(words)") }
        }
    }
}

package struct RunTick: Sendable, Equatable {
    package let at: Instant
    package let end: Instant
    package let window: LiveWindow
    /// Faults that act now, by their ids.
    package let active: [String]
    package let place: RunPlace
    /// How far each guard is from stopping the run.
    package let guards: [GuardReading]

    package init(
        at: Instant,
        end: Instant,
        window: LiveWindow,
        active: [String],
        place: RunPlace = RunPlace(),
        guards: [GuardReading] = []
    ) {
        self.at = at
        self.end = end
        self.window = window
        self.active = active
        self.place = place
        self.guards = guards
    }
}

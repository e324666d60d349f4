package import Measures
package import Plan
import Recording
import Schedule
package import Timeline

extension Incident {
    package init(_ code: ExitCode, _ text: String) {
        self.init(exitCode: code.rawValue, text: text)
    }

    /// What kept the run from going as planned, in the order of time, faults first.
    package static func from(_ timeline: Timeline, clockBound: ClockBoundPlan = .usual) -> [Incident] {
        timeline.faults.flatMap {
            incidents(of: $0, end: timeline.end) + looseEdges(of: $0, limit: clockBound.limit)
        }
            + timeline.notes.compactMap(incident(of:))
            + LostRequests.all(of: timeline).map { Incident(.agentFailed, $0.words) }
    }

    private static func incidents(of fault: FaultTimeline, end: Instant) -> [Incident] {
        let id = fault.scheduled.id
        var incidents: [Incident] = []
        for event in fault.injections {
            guard case .injection(let injection) = event.body, injection.step == .failed else { continue }
            incidents.append(Incident(.notHealed, "\(id) on \(event.host) failed: \(injection.detail)"))
        }
        for (host, observation) in fault.observations where observation.effect == .none {
            let text =
                "\(id) on \(host) had no effect: \(observation.quantity) asked \(observation.requested), "
                + "observed \(observation.observed)"
            incidents.append(Incident(.notHealed, text))
        }
        // A fault that did not take effect is never passed over as injected, even when nobody said that it failed.
        let isRefused = fault.hosts.contains(where: \.isRefused)
        if incidents.isEmpty, fault.started == nil, fault.scheduled.start < end, !isRefused {
            incidents.append(Incident(.notHealed, "\(id) is not known to have begun"))
        }
        return incidents
    }

    /// Edges whose instants were not known as well as the experiment asks: what is judged by phase is then not that fault's.
    private static func looseEdges(of fault: FaultTimeline, limit: Duration) -> [Incident] {
        fault.hosts.flatMap { edges -> [Incident] in
            let what = "\(fault.scheduled.id) on \(edges.host)"
            if edges.isLate {
                return [Incident(.inconclusive, "\(what) was armed when its start had passed")]
            }
            guard edges.started != nil else { return [] }
            return [
                ("began", edges.promised, fault.scheduled.start),
                ("ended", edges.promisedEnd, fault.scheduled.end),
            ].compactMap { verb, promised, asked in
                guard let promised, promised.bound > limit else { return nil }
                return Incident(
                    .inconclusive,
                    "\(what) \(verb) within ± \(promised.bound.rounded) of \(asked.sinceZero.text), "
                        + "beyond the clock-bound of \(limit.text)"
                )
            }
        }
    }

    private static func incident(of event: RunEvent) -> Incident? {
        guard case .note(let kind, let text) = event.body else { return nil }
        switch kind {
        case .started, .finished, .decided, .clockTrouble, .captured, .targetUnusable, .marksMissing,
            .resumed:
            return nil
        case .guardFired, .interrupted, .halted: return Incident(.stopped, text)
        // Instants of these hosts cannot be compared, so what rests on them is not decided.
        case .clocksDisagree: return Incident(.inconclusive, text)
        case .healFailed: return Incident(.notHealed, text)
        case .agentLost, .clockUnknown, .leaseExpired, .generatorTrouble: return Incident(.agentFailed, text)
        }
    }
}

package import Measures
import Recording

/// Where a fault's edges lay on one of its hosts.
package struct HostEdges: Sendable, Equatable {
    package let host: String
    /// Where its start was to lie, as it was set last; nil: it was not armed.
    package let promised: BoundedInstant?
    /// The same of its end, where an agent was there to say so.
    package let promisedEnd: BoundedInstant?
    /// It was armed when its start had passed.
    package let isLate: Bool
    /// Its start was not known well enough, and the file asks not to begin then.
    package let isRefused: Bool
    /// When it began and ended, stamps on both sides and the clock's bound included; nil: it never did.
    package let started: BoundedInstant?
    package let ended: BoundedInstant?

    package init(
        host: String,
        promised: BoundedInstant?,
        promisedEnd: BoundedInstant? = nil,
        isLate: Bool = false,
        isRefused: Bool = false,
        started: BoundedInstant?,
        ended: BoundedInstant?
    ) {
        self.host = host
        self.promised = promised
        self.promisedEnd = promisedEnd
        self.isLate = isLate
        self.isRefused = isRefused
        self.started = started
        self.ended = ended
    }

    /// From one host's events of one fault. A service that was restarted twice ended when it last did.
    init(host: String, armings: [RunEvent], injections: [RunEvent]) {
        var promised: [Arming.Edge: BoundedInstant] = [:]
        var states: Set<Arming.State> = []
        for event in armings {
            guard case .arming(let arming) = event.body else { continue }
            promised[arming.edge] = arming.interval
            states.insert(arming.state)
        }
        let instants = { (wanted: InjectionEvent.Step) -> [BoundedInstant] in
            injections.compactMap { event in
                guard case .injection(let injection) = event.body, injection.step == wanted else {
                    return nil
                }
                return event.at
            }
        }
        self.init(
            host: host,
            promised: promised[.start],
            promisedEnd: promised[.end],
            isLate: states.contains(.late),
            isRefused: states.contains(.refused),
            started: instants(.started).first,
            ended: instants(.ended).last
        )
    }
}

extension FaultTimeline {
    /// How far apart at most it began on any two of its hosts (clocks.md, section 8.7); nil for one host or none.
    package var startSkew: Duration? {
        let instants = hosts.compactMap(\.started)
        guard instants.count > 1, let latest = instants.map(\.latest).max(),
            let earliest = instants.map(\.earliest).min()
        else { return nil }
        return latest - earliest
    }
}

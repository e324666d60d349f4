import Measures
import Recording
import Schedule

/// What the recording says of one scheduled fault.
struct FaultRecord {
    let scheduled: ScheduledFault
    private var injections: [RunEvent] = []
    private var armings: [RunEvent] = []
    private var observations: [(host: String, Observation)] = []

    init(_ scheduled: ScheduledFault) {
        self.scheduled = scheduled
    }

    mutating func add(_ event: RunEvent) {
        switch event.body {
        case .injection: injections.append(event)
        case .arming: armings.append(event)
        case .observation(let observation): observations.append((event.host, observation))
        case .clock, .path, .process, .logMark, .generator, .floor, .origin, .note: break
        }
    }

    /// The interval that holds the first start over all hosts; nil when no host reported one.
    var started: BoundedInstant? {
        let all = instants(of: .started)
        guard let earliest = all.map(\.earliest).min(), let latest = all.map(\.latest).min() else {
            return nil
        }
        return BoundedInstant(from: earliest, to: latest)
    }

    /// The interval that holds the last end over all hosts; nil when no host reported one.
    var ended: BoundedInstant? {
        let all = instants(of: .ended)
        guard let earliest = all.map(\.earliest).max(), let latest = all.map(\.latest).max() else {
            return nil
        }
        return BoundedInstant(from: earliest, to: latest)
    }

    /// Recovery is counted from here.
    var effectiveStart: Instant { started?.instant ?? scheduled.start }

    func finish(recovery: Recovery, aftermath: Aftermath) -> FaultTimeline {
        FaultTimeline(
            scheduled: scheduled,
            description: scheduled.action.words,
            started: started,
            ended: ended,
            hosts: hosts,
            injections: injections.sorted { $0.at.instant < $1.at.instant },
            observations: observations,
            recovery: recovery,
            aftermath: aftermath
        )
    }

    /// Every host that was to take part, by name.
    private var hosts: [HostEdges] {
        let names = Set((armings + injections).map(\.host)).sorted()
        return names.map { name in
            HostEdges(
                host: name,
                armings: armings.filter { $0.host == name },
                injections: injections.filter { $0.host == name }
            )
        }
    }

    private func instants(of step: InjectionEvent.Step) -> [BoundedInstant] {
        var found: [BoundedInstant] = []
        for event in injections {
            if case .injection(let injection) = event.body, injection.step == step { found.append(event.at) }
        }
        return found
    }
}

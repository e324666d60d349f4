import Measures
import Plan
import Recording
import Schedule
import Timeline

/// A run of one load, made up: requests at an even rate, each good, refused or answered after a given time.
struct TrialRun {
    var end: Duration
    var faults: [ScheduledFault] = []
    var events: [RunEvent] = []
    var steadyFor: Duration = .seconds(1)
    var thresholds: [Duration] = []
    private(set) var exchanges: [Exchange] = []

    init(end: Duration) {
        self.end = end
    }

    /// - Parameters:
    ///   - latency: of the request with this number; nil: refused.
    mutating func send(
        every step: Duration,
        from start: Duration = .zero,
        until stop: Duration? = nil,
        latency: (Int) -> Duration? = { _ in .milliseconds(5) }
    ) {
        var due = start
        var index = 0
        while due < (stop ?? end) {
            exchanges.append(Self.exchange(at: Instant(due), latency: latency(index)))
            due += step
            index += 1
        }
    }

    /// A kill of nginx on web1, with the events that say that it took place.
    mutating func kill(
        at start: Duration,
        until stop: Duration,
        bound: Duration = .zero,
        happens: Bool = true
    ) {
        let number = faults.count + 1
        let id = "crash#\(number)"
        let action = ScheduledFault.Action.kill(
            hosts: ["web1"],
            KillParameters(target: .service("nginx"), signal: "KILL", restartAfter: stop - start)
        )
        faults.append(
            ScheduledFault(id: id, name: "crash", start: Instant(start), end: Instant(stop), action: action)
        )
        guard happens else { return }
        for (step, at) in [(InjectionEvent.Step.started, start), (.ended, stop)] {
            let body = RunEvent.Body.injection(
                InjectionEvent(fault: id, step: step, detail: "SIGKILL to 4711")
            )
            events.append(RunEvent(at: BoundedInstant(Instant(at), bound: bound), host: "web1", body: body))
        }
    }

    mutating func note(_ kind: RunEvent.NoteKind, _ text: String, at: Duration, host: String = "coordinator")
    {
        let at = BoundedInstant(Instant(at), bound: .zero)
        events.append(RunEvent(at: at, host: host, body: .note(kind: kind, text: text)))
    }

    mutating func observe(_ effect: Observation.Effect, of fault: String) {
        let observation = Observation(
            fault: fault,
            quantity: "process state",
            requested: "gone",
            observed: "running",
            effect: effect
        )
        let at = BoundedInstant(Instant(.zero), bound: .zero)
        events.append(RunEvent(at: at, host: "web1", body: .observation(observation)))
    }

    var timeline: Timeline {
        var builder = TimelineBuilder(
            header: header,
            schedule: schedule,
            loads: [Self.load],
            recovery: steadyFor,
            thresholds: thresholds
        )
        for exchange in exchanges { builder.add(exchange, load: "browse") }
        for event in events { builder.add(event) }
        return builder.finish()
    }

    private var header: RunHeader {
        RunHeader(
            experiment: "trial",
            summary: "",
            planDigest: "3f9c0d12a4b59999",
            seed: 42,
            startedAt: "2026-01-01T00:00:00Z",
            durationNanoseconds: end.nanoseconds,
            faultlineVersion: "0",
            hosts: []
        )
    }

    var schedule: Schedule {
        var phases: [Phase] = []
        var now = Instant.zero
        var kind = Phase.Kind.baseline
        for fault in faults {
            if fault.start > now { phases.append(Phase(kind: kind, start: now, end: fault.start)) }
            phases.append(
                Phase(kind: .fault(id: fault.id, name: fault.name), start: fault.start, end: fault.end)
            )
            now = fault.end
            kind = .recovery(after: fault.id)
        }
        if now < Instant(end) { phases.append(Phase(kind: kind, start: now, end: Instant(end))) }
        return Schedule(seed: 42, faults: faults, phases: phases, end: Instant(end))
    }

    private static func exchange(at due: Instant, latency: Duration?) -> Exchange {
        let done = due + (latency ?? .milliseconds(1))
        return Exchange(
            intended: due,
            sent: due,
            firstByte: done,
            done: done,
            outcome: latency == nil ? .refused : .answered(status: 200)
        )
    }

    private static let load = LoadPlan(
        name: "browse",
        senders: LoadSenders("client"),
        request: .http(
            HTTPRequestPlan(
                method: "GET",
                address: HTTPAddress(host: "lb", port: 80, path: "/"),
                headers: [],
                body: "",
                timeout: .seconds(1)
            )
        ),
        arrivals: .constant(perSecond: 1000),
        good: GoodCriterion(statuses: 200...399, within: .milliseconds(800)),
        connections: 64
    )

    /// 999 and -1: 99.9.
    static func decimal(_ significand: Int128, _ exponent: Int) -> ExactDecimal {
        ExactDecimal(significand: significand, exponent: exponent)
    }
}

import Measures
import Plan
import Recording
import Schedule

@testable import Timeline

/// Small recordings for tests.
enum Recorded {
    static func header(_ duration: Duration) -> RunHeader {
        RunHeader(
            experiment: "trial",
            summary: "",
            planDigest: "00",
            seed: 1,
            startedAt: "2026-01-01T00:00:00Z",
            durationNanoseconds: duration.nanoseconds,
            faultlineVersion: "0",
            hosts: []
        )
    }

    static func load(
        _ name: String = "browse",
        within: Duration? = .milliseconds(800),
        from host: String = "client"
    )
        -> LoadPlan
    {
        LoadPlan(
            name: name,
            senders: LoadSenders(host),
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
            good: GoodCriterion(statuses: 200...399, within: within),
            connections: 64
        )
    }

    static func kill(_ name: String, at start: Duration, until end: Duration) -> ScheduledFault {
        ScheduledFault(
            id: "\(name)#1",
            name: name,
            start: Instant(start),
            end: Instant(end),
            action: .kill(
                hosts: ["web1"],
                KillParameters(target: .service("nginx"), signal: "KILL", restartAfter: end - start)
            )
        )
    }

    /// Baseline, then each fault and what comes after it; the faults do not overlap.
    static func schedule(_ faults: [ScheduledFault] = [], end: Duration) -> Schedule {
        var phases: [Phase] = []
        var now = Instant.zero
        var last: String?
        func quiet(until next: Instant) {
            guard next > now else { return }
            phases.append(Phase(kind: last.map { .recovery(after: $0) } ?? .baseline, start: now, end: next))
        }
        for fault in faults {
            quiet(until: fault.start)
            phases.append(
                Phase(kind: .fault(id: fault.id, name: fault.name), start: fault.start, end: fault.end)
            )
            now = fault.end
            last = fault.id
        }
        quiet(until: Instant(end))
        return Schedule(seed: 1, faults: faults, phases: phases, end: Instant(end))
    }

    /// Answered with this status after this long.
    static func answer(at due: Duration, after latency: Duration = .milliseconds(5), status: UInt16 = 200)
        -> Exchange
    {
        let intended = Instant(due)
        return Exchange(
            intended: intended,
            sent: intended + .microseconds(20),
            firstByte: intended + latency,
            done: intended + latency,
            outcome: .answered(status: status)
        )
    }

    static func refused(at due: Duration, after time: Duration = .milliseconds(1)) -> Exchange {
        let intended = Instant(due)
        let done = intended + time
        return Exchange(intended: intended, sent: intended, firstByte: done, done: done, outcome: .refused)
    }

    /// One request each `step`; refused from each `dead` range's start until its end.
    static func steady(
        until end: Duration,
        every step: Duration = .milliseconds(1),
        dead: [Range<Duration>] = []
    ) -> [Exchange] {
        var all: [Exchange] = []
        var due: Duration = .zero
        while due < end {
            let isDead = dead.contains { $0.contains(due) }
            all.append(isDead ? refused(at: due) : answer(at: due))
            due += step
        }
        return all
    }

    static func event(_ at: Duration, bound: Duration = .zero, host: String = "web1", _ body: RunEvent.Body)
        -> RunEvent
    {
        RunEvent(at: BoundedInstant(Instant(at), bound: bound), host: host, body: body)
    }

    static func timeline(
        _ exchanges: [Exchange],
        events: [RunEvent] = [],
        faults: [ScheduledFault] = [],
        end: Duration,
        steadyFor: Duration = .seconds(1),
        speed: [SpeedRule] = [],
        exactMarks: Int = 1_000_000
    ) -> Timeline {
        var builder = TimelineBuilder(
            header: header(end),
            schedule: schedule(faults, end: end),
            loads: [load()],
            recovery: steadyFor,
            thresholds: speed.map(\.threshold),
            speed: speed,
            exactMarks: exactMarks
        )
        for exchange in exchanges { builder.add(exchange, load: "browse") }
        for event in events { builder.add(event) }
        return builder.finish()
    }
}

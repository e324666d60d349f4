import Measures
import Plan
import Recording
import Schedule
import Timeline
import Verdict

@testable import Report

/// A made-up run whose every number follows from a seed: what the builder of timelines would hand over.
struct ReportSample {
    var experiment = "web-failover"
    var summary = "One web server slow, then cut off, then killed. Does the balancer hide it?"
    var seconds = 90.0
    var rate = 500.0
    var columns = 450
    var faults: [SampleFault] = SampleFault.usual
    /// Of all requests: 1 is a target that never answers.
    var deadShare = 0.0
    var loadNames = ["browse"]
    var seed: UInt64 = 7
    var hasClocks = true
    var isCaptured = true
    var clockBound = Duration.microseconds(42)
    var pairs = [("client", "lb"), ("lb", "web1"), ("lb", "web2")]
    var notes: [RunEvent] = []
    var incidents: [Incident] = []
    var histories: [HistoryFigures]?
    var markers: [LatencyMarker] = [
        LatencyMarker(
            exceedance: 0.01,
            threshold: .milliseconds(50),
            label: "p99 below 50ms in baseline",
            load: nil
        ),
        LatencyMarker(
            exceedance: 0.01,
            threshold: .milliseconds(300),
            label: "99% under 300ms in slow",
            load: nil
        ),
    ]

    struct SampleFault {
        var name: String
        var id: String
        var description: String
        var start: Double
        var end: Double
        /// Added to each answer while it acts, seconds.
        var delay = 0.0
        /// Share of requests without an answer while it bites, and for how long it bites.
        var lostShare = 0.0
        var bites = 0.0
        var reason = "timed out"
        var isMissing = false

        static let usual = [
            SampleFault(
                name: "slow",
                id: "slow#1",
                description: "delay 100ms ± 10ms on web1 to lb",
                start: 20,
                end: 30,
                delay: 0.1
            ),
            SampleFault(
                name: "cut",
                id: "cut#1",
                description: "partition between web2 and lb",
                start: 40,
                end: 50,
                lostShare: 0.5,
                bites: 3.1
            ),
            SampleFault(
                name: "crash",
                id: "crash#1",
                description: "kill nginx with KILL on web1, restart after 3s",
                start: 60,
                end: 63,
                lostShare: 0.45,
                bites: 2.2,
                reason: "status 503"
            ),
        ]
    }

    var report: Report {
        let timeline = timeline
        return Report(
            timeline: timeline,
            verdict: verdict(of: timeline),
            experimentFile: "faultline: 1\nname: \(experiment)\nduration: \(Int(seconds))s\n",
            markers: markers,
            loadFacts: loadNames.map {
                LoadFacts(
                    name: $0,
                    request: "GET http://lb/ from client, time-out 1s",
                    arrivals: "500/s, evenly spaced",
                    connections: 200
                )
            },
            decomposition: isCaptured
                ? SampleSplit(phases: phases).decomposition(of: loadNames, ways: requestWays) : nil
        )
    }

    var requestWays: [RequestWay] {
        isCaptured ? SamplePaths(sample: self, phases: phases).requests : []
    }

    var phases: [Phase] {
        var phases: [Phase] = []
        var at = 0.0
        var last: String?
        let phase = { (kind: Phase.Kind, from: Double, to: Double) in
            Phase(kind: kind, start: Instant(.seconds(from)), end: Instant(.seconds(to)))
        }
        for fault in faults {
            if fault.start > at {
                phases.append(phase(last.map { .recovery(after: $0) } ?? .baseline, at, fault.start))
            }
            phases.append(phase(.fault(id: fault.id, name: fault.name), max(at, fault.start), fault.end))
            at = max(at, fault.end)
            last = fault.id
        }
        if at < seconds || phases.isEmpty {
            phases.append(phase(last.map { .recovery(after: $0) } ?? .baseline, at, seconds))
        }
        return phases
    }

    var timeline: Timeline {
        let phases = phases
        return Timeline(
            header: header,
            phases: phases,
            end: Instant(.seconds(seconds)),
            loads: loadNames.enumerated().map {
                SampleLoad(sample: self, phases: phases, stream: $0.offset).load($0.element)
            },
            faults: faults.map(faultTimeline),
            clocks: hasClocks ? clocks : [],
            notes: notes,
            processes: faults.flatMap(processes),
            paths: SamplePaths(sample: self, phases: phases).all
        )
    }

    private var header: RunHeader {
        RunHeader(
            experiment: experiment,
            summary: summary,
            planDigest: "3f9c1a55c0de94b1d2a7f7d0a4c7e0f54b0f9f5c0f2a1e8d7c6b5a4938271605",
            seed: seed,
            startedAt: "2026-11-23T10:15:04Z",
            durationNanoseconds: 90_000_000_000,
            faultlineVersion: "0.1.0",
            hosts: ["web1", "web2", "lb", "client"].map {
                HostFacts(
                    name: $0,
                    kernel: "6.1.0-31-cloud-amd64",
                    processors: 2,
                    delayBackend: "queue",
                    backendReason: "sch_netem: the kernel does not know this queueing discipline"
                )
            }
        )
    }

    private var clocks: [ClockSummary] {
        [
            ClockSummary(
                host: "web1",
                lastOffset: .nanoseconds(-1_830),
                worstBound: clockBound,
                medianBound: .microseconds(11),
                readings: 90,
                state: "locked",
                wall: WallClockReading(kernelErrorNanoseconds: 9_000_000, chronyErrorNanoseconds: 1_200_000)
            ),
            ClockSummary(
                host: "web2",
                lastOffset: .nanoseconds(940),
                worstBound: .microseconds(38),
                medianBound: .microseconds(12),
                readings: 90,
                state: "locked"
            ),
        ]
    }

    private func faultTimeline(_ fault: SampleFault) -> FaultTimeline {
        let start = Instant(.seconds(fault.start))
        let end = Instant(.seconds(fault.end))
        let due = Int((fault.end - fault.start) * rate)
        let bad = Int(fault.bites * rate * fault.lostShare)
        return FaultTimeline(
            scheduled: ScheduledFault(
                id: fault.id,
                name: fault.name,
                start: start,
                end: end,
                action: .pause(hosts: ["web1"], PauseParameters(target: .service("nginx"), way: .signal))
            ),
            description: fault.description,
            started: fault.isMissing ? nil : BoundedInstant(start, bound: clockBound),
            ended: fault.isMissing ? nil : BoundedInstant(end, bound: clockBound),
            injections: [],
            observations: [
                (
                    "web1",
                    Observation(
                        fault: fault.id,
                        quantity: "added round-trip delay",
                        requested: "100ms ± 10ms",
                        observed: fault.isMissing ? "nothing" : "99.8 ms ± 5.9 ms (n = 41)",
                        effect: fault.isMissing ? .none : .asRequested
                    )
                )
            ],
            recovery: Recovery(
                due: due,
                bad: bad,
                timeToImpact: bad > 0 ? .milliseconds(12) : nil,
                outage: .seconds(fault.bites),
                timeToRecover: bad > 0 ? .seconds(fault.bites + 0.02) : nil,
                censored: fault.end >= seconds,
                longestBurst: min(bad, 61),
                lostTime: .seconds(fault.bites * fault.lostShare)
            ),
            aftermath: aftermath(of: fault, due: due, bad: bad)
        )
    }

    private func aftermath(of fault: SampleFault, due: Int, bad: Int) -> Aftermath {
        Aftermath(
            until: Instant(.seconds(faults.map(\.start).filter { $0 > fault.start }.min() ?? seconds)),
            bursts: BurstSummary(count: min(bad, 12), longest: min(bad, 61), varianceInflation: 23.4),
            untilRecovered: Aftermath.Affected(
                due: due,
                good: due - bad,
                slices: Int(fault.end - fault.start),
                badSlices: Int(fault.bites)
            ),
            degraded: fault.delay > 0 ? .seconds(fault.end - fault.start) : .zero,
            baseline: BaselineReturn(
                level: .milliseconds(14),
                after: fault.delay > 0 ? .seconds(fault.end - fault.start) : .zero,
                held: .seconds(10),
                censored: fault.end >= seconds
            )
        )
    }

    private func processes(_ fault: SampleFault) -> [RunEvent] {
        guard fault.name == "crash" else { return [] }
        let changes: [(Double, ProcessEvent.Change)] = [(0, .killed), (3, .started), (3.4, .ready)]
        let marks: [(Double, String, String)] = [
            (0.00004, "lost", "worker process 4712 exited on signal 9"),
            (3.3, "listening", "start worker processes"),
        ]
        let logged = marks.map { offset, name, line in
            RunEvent(
                at: BoundedInstant(Instant(.seconds(fault.start + offset)), bound: .milliseconds(1)),
                host: "web1",
                body: .logMark(LogMark(service: "nginx", name: name, line: line))
            )
        }
        return logged
            + changes.map { offset, change in
                RunEvent(
                    at: BoundedInstant(Instant(.seconds(fault.start + offset)), bound: .microseconds(40)),
                    host: "web1",
                    body: .process(ProcessEvent(service: "nginx", pid: 4711, change: change))
                )
            }
    }
}

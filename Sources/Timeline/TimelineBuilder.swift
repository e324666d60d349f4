package import Measures
package import Plan
package import Recording
package import Schedule

/// Builds a timeline from a recording that is read once, in any order. Memory grows by eight bytes a request up to 20
/// million requests a load (see `MarkLog`), and not beyond.
///
/// Requests belong to phases, columns and slices by their intended start. Phases keep the schedule's instants: that is what
/// was armed. Recovery counts from the start that was recorded.
package struct TimelineBuilder: Sendable {
    private let header: RunHeader
    private let schedule: Schedule
    private let rule: SteadyRule
    private let thresholds: [Duration]
    private let speed: [SpeedRule]
    private var loads: [LoadAccumulator]
    private var loadIndex: [String: Int] = [:]
    private var faults: [FaultRecord]
    private var faultIndex: [String: Int] = [:]
    private var clocks: [String: ClockRecord] = [:]
    private var paths = PathRecords()
    private var notes: [RunEvent] = []
    private var processes: [RunEvent] = []
    private var strangers: [String: Int] = [:]
    private var stopped: Instant?
    /// Of a run that still goes, what is later is left out.
    private var seen: Instant?
    private let redating: Redating
    /// In the order of `loads`, and of the senders of each.
    private let datings: [[LoadDating?]]
    /// Hosts whose agent was lost, and what each of the others has told to its end.
    private var lost: Set<String> = []
    private var accounted: Set<[String]> = []

    /// - Parameters:
    ///   - steadyFor: how long all must be good, with at least ten requests, before an outage has ended.
    ///   - thresholds: latencies whose bursts are watched; of more than seven different ones the smallest seven.
    ///   - speed: what a good second must keep, or it was degraded; of thresholds that are watched.
    ///   - exactMarks: requests a load of which every instant is kept.
    ///   - redating: dates events and exchanges again as they are added.
    package init(
        header: RunHeader,
        schedule: Schedule,
        loads: [LoadPlan],
        recovery steadyFor: Duration,
        thresholds: [Duration] = [],
        speed: [SpeedRule] = [],
        exactMarks: Int = 20_000_000,
        redating: Redating = .none
    ) {
        self.header = header
        self.schedule = schedule
        self.rule = SteadyRule(goodFor: steadyFor)
        let watched = Array(Set(thresholds).sorted().prefix(MarkLog.mostThresholds))
        self.thresholds = watched
        self.speed = speed
        let phases = PhaseFinder(schedule.phases)
        self.loads = loads.map {
            LoadAccumulator(
                $0,
                phases: phases,
                thresholds: watched,
                faultStarts: schedule.faults.map(\.start),
                end: schedule.end,
                exactMarks: exactMarks
            )
        }
        self.redating = redating
        self.datings = loads.map { load in load.senders.hosts.map { redating.load(load.name, from: $0) } }
        self.faults = schedule.faults.map { FaultRecord($0) }
        for (index, load) in loads.enumerated() { loadIndex[load.name] = index }
        for (index, fault) in schedule.faults.enumerated() { faultIndex[fault.id] = index }
    }

    package init(
        header: RunHeader,
        schedule: Schedule,
        plan: Plan,
        exactMarks: Int = 20_000_000,
        redating: Redating = .none
    ) {
        self.init(
            header: header,
            schedule: schedule,
            loads: plan.loads,
            recovery: plan.targets.steadyFor ?? Self.usualSteadyFor,
            thresholds: plan.targets.latency.map(\.claim.threshold),
            speed: SpeedRule.rules(of: plan.targets),
            exactMarks: exactMarks,
            redating: redating
        )
    }

    /// When the plan names none (guides: slo 5.6).
    package static let usualSteadyFor: Duration = .seconds(5)

    /// Exchanges of a load that the plan does not have, or of a sender that the load does not have, are counted only in a
    /// note.
    ///
    /// - Parameter sender: its place among the load's senders.
    package mutating func add(_ exchange: Exchange, load: String, sender: Int = 0) {
        guard let index = loadIndex[load], datings[index].indices.contains(sender) else {
            strangers[load, default: 0] += 1
            return
        }
        loads[index].add(datings[index][sender]?.dated(exchange) ?? exchange, sender: sender)
    }

    package mutating func add(_ recorded: RunEvent) {
        let event = redating.dated(recorded)
        switch event.body {
        case .injection(let injection): addToFault(event, id: injection.fault)
        case .arming(let arming): addToFault(event, id: arming.fault)
        case .observation(let observation): addToFault(event, id: observation.fault)
        case .clock(let reading):
            clocks[event.host, default: ClockRecord()].add(reading, at: event.at.instant)
        case .path(let reading): paths.add(reading, of: event)
        case .process, .logMark: processes.append(event)
        case .generator(let reading):
            if let index = loadIndex[reading.load] { loads[index].add(reading, from: event.host) }
        case .floor(let floor):
            if let index = loadIndex[floor.load] { loads[index].add(floor) }
        case .origin: break
        case .note(let kind, _): addNote(event, kind: kind)
        }
    }

    /// - Parameter now: of a run that still goes: what is later is not known yet. Nil: it is over.
    package consuming func finish(seenUntil now: Instant? = nil) -> Timeline {
        var me = self
        me.seen = now
        let end = me.end
        let kept = me.phases(until: end)
        var logs: [MarkLog] = []
        for load in me.loads {
            var log = load.marks
            log.sort()
            logs.append(log)
        }
        var all = logs.first ?? MarkLog()
        for log in logs.dropFirst() { all.merge(log) }
        all.sort()
        for (name, count) in me.strangers.sorted(by: { $0.key < $1.key }) {
            let text = "\(count) exchanges of a load “\(name)” that the plan does not have were not counted"
            me.notes.append(
                RunEvent(
                    at: BoundedInstant(end, bound: .zero),
                    host: "coordinator",
                    body: .note(kind: .finished, text: text)
                )
            )
        }
        let mesh = me.redating.mesh(until: end)
        me.notes += mesh.notes
        return Timeline(
            header: me.header,
            phases: kept,
            end: end,
            loads: zip(me.loads, logs).map { load, log in
                load.finish(
                    at: end,
                    phases: kept,
                    marks: log,
                    steady: me.rule,
                    missing: me.missing(of: load, until: end)
                )
            },
            faults: me.finishFaults(marks: all, logs: logs, phases: kept, end: end),
            clocks: me.clocks.sorted { $0.key < $1.key }
                .compactMap { $1.finish(host: $0, isBroken: mesh.broken.contains($0)) },
            notes: me.notes.sorted { $0.at.instant < $1.at.instant },
            processes: me.processes.sorted { $0.at.instant < $1.at.instant },
            together: RunBursts(in: all, phases: kept),
            slowTogether: RunBursts.slow(in: all, phases: kept, thresholds: me.thresholds),
            paths: me.paths.finish(mesh: mesh, phases: kept)
        )
    }

    private mutating func addToFault(_ event: RunEvent, id: String) {
        guard let index = faultIndex[id] else { return notes.append(event) }
        faults[index].add(event)
    }

    private mutating func addNote(_ event: RunEvent, kind: RunEvent.NoteKind) {
        switch kind {
        case .started: return
        // A load that is over before the run is, such as a short trace, ends nothing else.
        case .finished:
            if case .note(_, let load) = event.body { accounted.insert([load, event.host]) }
        // A run without one of its agents ends there: later faults were not to begin.
        case .guardFired, .interrupted, .halted, .decided, .agentLost, .clockUnknown:
            stop(at: event.at.instant)
            if kind == .agentLost { lost.insert(event.host) }
            notes.append(event)
        case .healFailed, .leaseExpired, .generatorTrouble, .clockTrouble, .clocksDisagree, .captured,
            .targetUnusable, .marksMissing, .resumed:
            notes.append(event)
        }
    }

    private mutating func stop(at instant: Instant) {
        stopped = min(stopped ?? instant, instant)
    }

    /// By sender, the requests that were due by then and of which nothing is known, since the host was lost with them.
    private func missing(of load: LoadAccumulator, until end: Instant) -> [String: MissingRequests] {
        var missing: [String: MissingRequests] = [:]
        for host in load.plan.senders.hosts
        where lost.contains(host) && !accounted.contains([load.plan.name, host]) {
            guard load.plan.arrivals.closedWords == nil, let part = load.plan.part(of: host) else {
                missing[host] = .unknown
                continue
            }
            var due = 0
            for arrival in ArrivalSequence(part, schedule: schedule) {
                guard arrival < end else { break }
                due += 1
            }
            missing[host] = .known(max(0, due - load.recorded(from: host)))
        }
        return missing
    }

    /// The scheduled end, or where the run was stopped; no request was due later.
    private var end: Instant {
        if let seen { return min(schedule.end, seen) }
        guard let stopped, stopped < schedule.end else { return schedule.end }
        let lastDue = loads.compactMap(\.lastDue).max().map { $0 + Duration(nanoseconds: 1) } ?? .zero
        return min(schedule.end, max(stopped, lastDue))
    }

    /// Those that had begun by the end; the last is cut there.
    private func phases(until end: Instant) -> [Phase] {
        schedule.phases.filter { $0.start < end }
            .map { Phase(kind: $0.kind, start: $0.start, end: min($0.end, end)) }
    }

    private func finishFaults(
        marks: MarkLog,
        logs: [MarkLog],
        phases: [Phase],
        end: Instant
    ) -> [FaultTimeline] {
        let windows = FaultWindows(marks: marks, underWay: loads.map(\.underWay), rule: rule, end: end)
        let baselines = loads.compactMap { $0.baselineLatency(phases) }
        return faults.map { fault in
            let start = fault.effectiveStart
            // Faults that begin at one instant share a window: what they do together cannot be told apart. A few
            // milliseconds between the real starts of what was scheduled for one instant do not split it.
            let next = faults.filter { $0.scheduled.start > fault.scheduled.start }.map(\.effectiveStart)
                .min()
            let previous = faults.filter { $0.scheduled.start < fault.scheduled.start }
                .map(\.effectiveStart).max()
            let window = windows.window(from: start, previous: previous, next: next)
            var recovery = window.recovery
            recovery.requestBound = requestBound(of: recovery, from: start)
            let returned = BaselineReturn.latest(
                of: baselines,
                from: start,
                recovery: recovery,
                until: window.until
            )
            return fault.finish(
                recovery: recovery,
                aftermath: Aftermath(
                    in: marks,
                    of: window,
                    faultEnd: fault.ended?.instant ?? fault.scheduled.end,
                    degraded: degraded(in: window, marks: marks, logs: logs, returned: returned),
                    baseline: returned
                )
            )
        }
    }

    /// Good seconds that were slower than the latency targets allow.
    private func degraded(
        in window: FaultWindows.Window,
        marks: MarkLog,
        logs: [MarkLog],
        returned: BaselineReturn?
    ) -> Duration? {
        guard !speed.isEmpty else { return nil }
        let isBack = returned.map { !$0.censored } ?? false
        let until = isBack ? min(window.until, window.start + (returned?.after ?? .zero)) : window.until
        var seconds: Set<Int64> = []
        for rule in speed {
            guard let index = thresholds.firstIndex(of: rule.threshold) else { continue }
            let log = rule.load.flatMap { loadIndex[$0] }.map { logs[$0] } ?? marks
            seconds.formUnion(rule.slowSeconds(in: log, threshold: index, from: window.start, to: until))
        }
        return .seconds(seconds.count)
    }

    /// How well the requests that a recovery is measured by are dated, whichever load they are of.
    private func requestBound(of recovery: Recovery, from start: Instant) -> Duration {
        let edges = [recovery.timeToImpact, recovery.timeToRecover].compactMap { $0.map { start + $0 } }
        return edges.flatMap { edge in datings.joined().compactMap { $0?.bound(of: edge) } }.max() ?? .zero
    }
}

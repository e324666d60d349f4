package import Measures
package import Recording
package import Schedule

/// Everything that happened, on one axis, counted and ordered: what the verdict judges and the report draws.
/// A pure function of the recording, the plan and the schedule; its size does not grow with the number of requests.
package struct Timeline: Sendable {
    package let header: RunHeader
    package let phases: [Phase]
    package let end: Instant
    package let loads: [LoadTimeline]
    package let faults: [FaultTimeline]
    package let clocks: [ClockSummary]
    /// Guards, lost agents, interruptions, in order.
    package let notes: [RunEvent]
    /// What became of services, and what they wrote to their logs, in order.
    package let processes: [RunEvent]
    /// All loads together, in the order of intended starts: what a target without `load:` is judged by.
    package let together: RunBursts
    /// All loads together: bursts of requests not answered well within a threshold, for each one watched.
    package let slowTogether: [Duration: RunBursts]
    /// Each way between two hosts that was measured.
    package let paths: [PathTimeline]

    package init(
        header: RunHeader,
        phases: [Phase],
        end: Instant,
        loads: [LoadTimeline],
        faults: [FaultTimeline],
        clocks: [ClockSummary],
        notes: [RunEvent],
        processes: [RunEvent],
        together: RunBursts = RunBursts(),
        slowTogether: [Duration: RunBursts] = [:],
        paths: [PathTimeline] = []
    ) {
        self.header = header
        self.phases = phases
        self.end = end
        self.loads = loads
        self.faults = faults
        self.clocks = clocks
        self.notes = notes
        self.processes = processes
        self.together = together
        self.slowTogether = slowTogether
        self.paths = paths
    }

    /// Those that a target speaks of; nil: all.
    package func loads(named name: String?) -> [LoadTimeline] {
        loads.filter { name == nil || $0.name == name }
    }
}

/// One load over the run.
package struct LoadTimeline: Sendable {
    package let name: String
    /// Good means this, in words: "status 200–399 within 800 ms".
    package let goodMeans: String
    /// The whole run, and each phase in order (same indices as Timeline.phases).
    package let total: Tally
    package let byPhase: [Tally]
    /// Columns of equal width from time zero, by intended start; at most 600.
    package let binWidth: Duration
    package let bins: [Bin]
    /// Slices of one second by intended start: good share of each, for availability by time.
    package let slices: [Slice]
    package let outages: [Outage]
    /// Runs of consecutive bad requests by intended start.
    package let bursts: BurstSummary
    /// The same within each phase (same indices as Timeline.phases); empty when it was not recorded.
    package let burstsByPhase: [BurstSummary]
    /// Bursts of requests not answered well within a threshold, for each one watched.
    package let slowBursts: [Duration: RunBursts]
    /// Of sending: while the target holds all connections, requests are sent late because of it.
    package let lateness: Lateness
    /// The generator's own: in nine of ten of its readings the p99 from due to taken up was at most this. Without readings
    /// the p99 of sending, which is never less.
    package let generatorLateness: Duration
    /// What is to be said wherever its figures are shown (see `ArrivalProcess.closedWords`); nil: an open model.
    package let closedWords: String?
    /// How often a request was sent again, all together; they are not among those that were due.
    package let retries: Int
    package let stages: Stages
    /// The hosts that send it, in the order of the plan.
    package let senders: [SenderTimeline]
    /// What its hosts themselves add, at worst; nil: it was not measured.
    package let floor: InstrumentFloor?

    package init(
        name: String,
        goodMeans: String,
        total: Tally,
        byPhase: [Tally],
        binWidth: Duration,
        bins: [Bin],
        slices: [Slice],
        outages: [Outage],
        bursts: BurstSummary,
        burstsByPhase: [BurstSummary] = [],
        slowBursts: [Duration: RunBursts] = [:],
        lateness: Lateness,
        generatorLateness: Duration? = nil,
        closedWords: String? = nil,
        retries: Int = 0,
        stages: Stages = Stages(),
        senders: [SenderTimeline] = [],
        floor: InstrumentFloor? = nil
    ) {
        self.name = name
        self.goodMeans = goodMeans
        self.total = total
        self.byPhase = byPhase
        self.binWidth = binWidth
        self.bins = bins
        self.slices = slices
        self.outages = outages
        self.bursts = bursts
        self.burstsByPhase = burstsByPhase
        self.slowBursts = slowBursts
        self.lateness = lateness
        self.generatorLateness = generatorLateness ?? lateness.p99
        self.closedWords = closedWords
        self.retries = retries
        self.stages = stages
        self.senders = senders
        self.floor = floor
    }
}

/// Counts and latencies of a set of requests.
package struct Tally: Sendable {
    /// Requests that were due.
    package var due = 0
    package var good = 0
    /// Why the others were bad: "status 503", "timed out", "refused", "too slow".
    package var bad: [String: Int] = [:]
    /// Response times (from the intended start) of all requests that got a whole answer, good or not. Requests without
    /// one count as infinite: `due - latencies.count` of them.
    package var latencies = LatencyTable()
    /// The part of `latencies` whose status was not a good one: fast, perhaps, but no service.
    package var wrong = LatencyTable()

    package init() {}

    /// Response times of answers with a good status, however late. `due` less these count as infinite: a fast 503 must
    /// not improve a p99.
    package var served: LatencyTable { wrong.count == 0 ? latencies : latencies.removing(wrong) }

    package mutating func merge(_ other: Tally) {
        due += other.due
        good += other.good
        bad.merge(other.bad, uniquingKeysWith: +)
        latencies.merge(other.latencies)
        wrong.merge(other.wrong)
    }
}

/// One column of the timeline.
package struct Bin: Sendable {
    package var due = 0
    /// Answers that came within this column, whenever their requests were due: a stall shows as a gap, then a surge.
    package var completed = 0
    package var good = 0
    /// Bad requests by reason.
    package var bad: [String: Int] = [:]
    /// Of the requests due in the column, unanswered ones being infinite; nil: infinite, or nothing was due.
    package var p50: Duration?
    package var p99: Duration?
    /// Greatest response time of an answer.
    package var max: Duration?
    /// Answers by latency row of `LatencyRows`; same count of rows in every bin.
    package var heat: [Int]

    package init(heat: [Int]) {
        self.heat = heat
    }
}

/// One slice of time: bad when it held a bad request.
package struct Slice: Sendable, Equatable {
    package let start: Instant
    package var due: Int
    package var good: Int

    package init(start: Instant, due: Int, good: Int) {
        self.start = start
        self.due = due
        self.good = good
    }
}

/// From the first bad request to the first of the good stretch that ended it.
package struct Outage: Sendable, Equatable {
    package let start: Instant
    /// nil: the run ended first (censored).
    package let end: Instant?
    package let bad: Int
    package let due: Int

    package init(start: Instant, end: Instant?, bad: Int, due: Int) {
        self.start = start
        self.end = end
        self.bad = bad
        self.due = due
    }
}

/// Bursts and what they do to the sample: VIF = sum(length²) / sum(length), n_eff = n / VIF (guides: slo 3.3).
package struct BurstSummary: Sendable, Equatable {
    package let count: Int
    package let longest: Int
    /// Variance inflation, at least 1.
    package let varianceInflation: Double

    package init(count: Int, longest: Int, varianceInflation: Double) {
        self.count = count
        self.longest = longest
        self.varianceInflation = varianceInflation
    }
}

/// Bursts of a whole run and of each phase (same indices as Timeline.phases).
package struct RunBursts: Sendable, Equatable {
    package let total: BurstSummary
    package let byPhase: [BurstSummary]

    package init(
        total: BurstSummary = BurstSummary(count: 0, longest: 0, varianceInflation: 1),
        byPhase: [BurstSummary] = []
    ) {
        self.total = total
        self.byPhase = byPhase
    }
}

/// The generator's own error: actual send − intended start.
package struct Lateness: Sendable, Equatable {
    package let p50: Duration
    package let p99: Duration
    package let max: Duration

    package init(p50: Duration, p99: Duration, max: Duration) {
        self.p50 = p50
        self.p99 = p99
        self.max = max
    }
}

/// One occurrence of a fault: what was asked, what happened, what it cost.
package struct FaultTimeline: Sendable {
    package let scheduled: ScheduledFault
    /// "delay 100ms ± 10ms on web1 to lb".
    package let description: String
    /// When it really began and ended, with the clocks' bound; nil: it never did.
    package let started: BoundedInstant?
    package let ended: BoundedInstant?
    /// The same for each host that takes part.
    package let hosts: [HostEdges]
    package let injections: [RunEvent]
    package let observations: [(host: String, Observation)]
    /// Of all loads together.
    package let recovery: Recovery
    /// What else there is to say of its window; nil where nobody measured it.
    package let aftermath: Aftermath?

    package init(
        scheduled: ScheduledFault,
        description: String,
        started: BoundedInstant?,
        ended: BoundedInstant?,
        hosts: [HostEdges] = [],
        injections: [RunEvent],
        observations: [(host: String, Observation)],
        recovery: Recovery,
        aftermath: Aftermath? = nil
    ) {
        self.scheduled = scheduled
        self.description = description
        self.started = started
        self.ended = ended
        self.hosts = hosts
        self.injections = injections
        self.observations = observations
        self.recovery = recovery
        self.aftermath = aftermath
    }

    /// Half-width of the times to impact and to recovery: the fault is dated by the clocks of its hosts, requests by those
    /// of theirs. Nil: it never began.
    package var recoveryBound: Duration? { started.map { $0.bound + recovery.requestBound } }

    /// Whether the fault began before the first bad request; nil without either. A fault makes nothing bad before it acts,
    /// so "undecided" says that the clocks cannot tell that request from one that was bad already.
    package var impactOrder: BoundedInstant.Order? {
        guard let started, let time = recovery.timeToImpact else { return nil }
        return started.order(to: BoundedInstant(started.instant + time, bound: recovery.requestBound))
    }
}

/// One host's clock over the run.
package struct ClockSummary: Sendable, Equatable {
    package let host: String
    package let lastOffset: Duration
    package let worstBound: Duration
    package let medianBound: Duration
    package let readings: Int
    package let state: String
    /// The last word of others on the host's wall clock; nil in recordings without.
    package let wall: WallClockReading?
    /// What the last reading was made of; nil in recordings without.
    package let detail: ClockDetail?

    package init(
        host: String,
        lastOffset: Duration,
        worstBound: Duration,
        medianBound: Duration,
        readings: Int,
        state: String,
        wall: WallClockReading? = nil,
        detail: ClockDetail? = nil
    ) {
        self.host = host
        self.lastOffset = lastOffset
        self.worstBound = worstBound
        self.medianBound = medianBound
        self.readings = readings
        self.state = state
        self.wall = wall
        self.detail = detail
    }
}

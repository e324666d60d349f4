import Measures
import Plan
import Recording
import Schedule

/// Counts one load's exchanges as they come, in any order.
struct LoadAccumulator {
    let plan: LoadPlan
    private(set) var marks: MarkLog
    /// The latest intended start seen.
    private(set) var lastDue: Instant?
    private let phases: PhaseFinder
    private let thresholds: [Duration]
    /// One for each phase; a single one when the schedule has none.
    private var tallies: [Tally]
    private let binWidth: Duration
    private var bins: [BinAccumulator]
    private var slices: [Slice] = []
    private var lateness = LatencyTable()
    private var stages = Stages()
    private var greatestLateness: Duration = .zero
    /// By host.
    private var generatorReadings: [String: [Int64]] = [:]
    /// In the order of the plan.
    private var senders: [SenderCount]
    private var retries = 0
    private(set) var underWay: RequestsUnderWay
    private var floor: InstrumentFloor?

    /// Width of a slice for availability by time.
    static let sliceWidth: Duration = .seconds(1)
    static let mostBins = 600

    init(
        _ plan: LoadPlan,
        phases: PhaseFinder,
        thresholds: [Duration],
        faultStarts: [Instant],
        end: Instant,
        exactMarks: Int
    ) {
        self.underWay = RequestsUnderWay(faults: faultStarts)
        self.plan = plan
        self.thresholds = thresholds
        self.phases = phases
        self.marks = MarkLog(exactLimit: exactMarks)
        self.senders = Array(repeating: SenderCount(), count: plan.senders.hosts.count)
        self.tallies = Array(repeating: Tally(), count: max(1, phases.count))
        self.binWidth = Self.binWidth(until: end, perSecond: Self.meanRate(of: plan, until: end))
        let count = Int((end.nanoseconds + binWidth.nanoseconds - 1) / binWidth.nanoseconds)
        self.bins = Array(repeating: BinAccumulator(), count: max(1, count))
    }

    private static func meanRate(of plan: LoadPlan, until end: Instant) -> Double {
        end.seconds > 0 ? plan.arrivals.expectedCount(until: end, of: end) / end.seconds : 0
    }

    /// So many requests make a column's p99 more than the luck of one.
    static let fewestInBin = 30.0
    /// But a run is never drawn with fewer columns than this.
    static let fewestBins: Int64 = 60

    /// Whole milliseconds, as narrow as 600 columns and the requests expected in one allow.
    static func binWidth(until end: Instant, perSecond rate: Double) -> Duration {
        let millisecond: Int64 = 1_000_000
        let unit = millisecond * Int64(mostBins)
        let narrowest = max(1, (end.nanoseconds + unit - 1) / unit)
        let widest = max(narrowest, end.nanoseconds / millisecond / fewestBins)
        let wanted = rate > 0 ? min(Double(widest), (1000 * fewestInBin / rate).rounded(.up)) : Double(widest)
        return Duration(nanoseconds: max(narrowest, Int64(wanted)) * millisecond)
    }

    /// - Parameter sender: one of the plan's, by its place.
    mutating func add(_ exchange: Exchange, sender: Int) {
        let fault = plan.good.fault(in: exchange)
        senders[sender].add(exchange.intended, good: fault == nil, keepsSlices: senders.count > 1)
        if fault != nil { underWay.add(due: exchange.intended, done: exchange.done) }
        let isAnswered = exchange.outcome.certainty == .answered
        marks.add(exchange.intended, good: fault == nil, within: within(exchange))
        lastDue = max(lastDue ?? exchange.intended, exchange.intended)
        tallies[phases.index(of: exchange.intended)].add(
            exchange,
            fault: fault,
            isServed: plan.good.isServed(exchange.outcome)
        )
        bins[binIndex(of: exchange.intended)].addDue(exchange, fault: fault, isAnswered: isAnswered)
        if isAnswered { bins[binIndex(of: exchange.done)].completed += 1 }
        slices.count(exchange.intended, good: fault == nil)
        stages.add(exchange)
        if exchange.outcome.wasSent {
            lateness.record(exchange.sendLateness)
            greatestLateness = max(greatestLateness, exchange.sendLateness)
        }
    }

    mutating func add(_ reading: GeneratorReading, from host: String) {
        generatorReadings[host, default: []].append(reading.latenessP99Nanoseconds)
        retries += reading.retries ?? 0
    }

    mutating func add(_ floor: InstrumentFloor) {
        self.floor = self.floor.map { $0.merged(with: floor) } ?? floor
    }

    /// Of the latest host: one that is late is not hidden among others that are not.
    private var generatorLateness: Duration? { generatorReadings.keys.compactMap(lateness).max() }

    /// The reading that nine of ten do not exceed: a generator that was late for a moment is not late.
    private func lateness(of host: String) -> Duration? {
        guard let sorted = generatorReadings[host]?.sorted(), !sorted.isEmpty else { return nil }
        return Duration(nanoseconds: sorted[sorted.count - 1 - sorted.count / 10])
    }

    /// Requests of this host that are known.
    func recorded(from host: String) -> Int {
        plan.senders.hosts.firstIndex(of: host).map { senders[$0].due } ?? 0
    }

    private func timelines(_ missing: [String: MissingRequests]) -> [SenderTimeline] {
        zip(plan.senders.hosts, senders).map { host, count in
            SenderTimeline(
                host: host,
                due: count.due,
                good: count.good,
                generatorLateness: lateness(of: host),
                missing: missing[host],
                slices: count.slices
            )
        }
    }

    /// - Parameters:
    ///   - kept: how many of the schedule's phases the run reached.
    ///   - sortedMarks: this load's marks in order.
    ///   - missing: by host that was lost, what it was to send and did not tell of.
    func finish(
        at end: Instant,
        phases kept: [Phase],
        marks sortedMarks: MarkLog,
        steady rule: SteadyRule,
        missing: [String: MissingRequests] = [:]
    ) -> LoadTimeline {
        var total = Tally()
        for tally in tallies { total.merge(tally) }
        var finder = OutageFinder(rule)
        sortedMarks.forEach { finder.add($0) }
        let bursts = RunBursts(in: sortedMarks, phases: kept)
        let lastBin = min(
            bins.count,
            max(1, Int((end.nanoseconds + binWidth.nanoseconds - 1) / binWidth.nanoseconds))
        )
        return LoadTimeline(
            name: plan.name,
            goodMeans: plan.good.words(of: plan.request),
            total: total,
            byPhase: Array(tallies.prefix(kept.count)),
            binWidth: binWidth,
            bins: bins.prefix(lastBin).map(\.bin),
            slices: slices,
            outages: finder.finish(at: end).outages,
            bursts: bursts.total,
            burstsByPhase: bursts.byPhase,
            slowBursts: RunBursts.slow(in: sortedMarks, phases: kept, thresholds: thresholds),
            lateness: Lateness(
                p50: lateness.upperBound(ofRank: lateness.count - lateness.count / 2) ?? .zero,
                p99: lateness.upperBound(ofRank: lateness.count - lateness.count / 100) ?? .zero,
                max: greatestLateness
            ),
            generatorLateness: generatorLateness,
            closedWords: plan.arrivals.closedWords,
            retries: retries,
            stages: stages,
            senders: timelines(missing),
            floor: floor
        )
    }

    private func within(_ exchange: Exchange) -> UInt8 {
        guard !thresholds.isEmpty, plan.good.isServed(exchange.outcome) else { return 0 }
        var bits: UInt8 = 0
        for (index, threshold) in thresholds.enumerated() where exchange.responseTime <= threshold {
            bits |= 1 << UInt8(index)
        }
        return bits
    }

    private func binIndex(of instant: Instant) -> Int {
        let index = max(0, instant.nanoseconds) / binWidth.nanoseconds
        return Int(min(index, Int64(bins.count - 1)))
    }

    /// Its latencies by column, against what they were in the baseline; nil without one.
    func baselineLatency(_ phases: [Phase]) -> BaselineLatency? {
        let baseline = zip(phases, tallies).first { phase, _ in phase.kind == .baseline }?.1
        return baseline.flatMap { tally in
            BaselineLatency(tally, width: binWidth) { level in bins.map { $0.slower(than: level) } }
        }
    }
}

private struct SenderCount {
    var due = 0
    var good = 0
    /// Only where there are several senders: a single one has the load's.
    var slices: [Slice] = []

    mutating func add(_ instant: Instant, good isGood: Bool, keepsSlices: Bool) {
        due += 1
        if isGood { good += 1 }
        if keepsSlices { slices.count(instant, good: isGood) }
    }
}

extension [Slice] {
    fileprivate mutating func count(_ instant: Instant, good isGood: Bool) {
        let width = LoadAccumulator.sliceWidth.nanoseconds
        let index = Int(Swift.max(0, instant.nanoseconds) / width)
        while count <= index {
            append(Slice(start: Instant(nanoseconds: Int64(count) * width), due: 0, good: 0))
        }
        self[index].due += 1
        if isGood { self[index].good += 1 }
    }
}

/// One column while it is being counted.
private struct BinAccumulator {
    var completed = 0
    private var due = 0
    private var good = 0
    private var bad: [String: Int] = [:]
    private var latencies = LatencyTable()
    private var heat: [Int] = []
    private var greatest: Duration?

    mutating func addDue(_ exchange: Exchange, fault: String?, isAnswered: Bool) {
        due += 1
        if let fault { bad[fault, default: 0] += 1 } else { good += 1 }
        guard isAnswered else { return }
        let latency = exchange.responseTime
        latencies.record(latency)
        greatest = max(greatest ?? latency, latency)
        if heat.isEmpty { heat = Array(repeating: 0, count: LatencyRows.count) }
        heat[LatencyRows.row(of: latency)] += 1
    }

    /// Requests due in it, and how many of them were not answered within this.
    func slower(than level: Duration) -> BaselineLatency.Column {
        BaselineLatency.Column(due: due, slow: due - latencies.count(atMost: level))
    }

    var bin: Bin {
        var bin = Bin(heat: heat.isEmpty ? Array(repeating: 0, count: LatencyRows.count) : heat)
        bin.due = due
        bin.completed = completed
        bin.good = good
        bin.bad = bad
        bin.p50 = latencies.upperBound(ofRank: due - due / 2)
        bin.p99 = latencies.upperBound(ofRank: due - due / 100)
        bin.max = greatest
        return bin
    }
}

extension Tally {
    mutating func add(_ exchange: Exchange, fault: String?, isServed: Bool) {
        due += 1
        if let fault { bad[fault, default: 0] += 1 } else { good += 1 }
        guard exchange.outcome.certainty == .answered else { return }
        latencies.record(exchange.responseTime)
        if !isServed { wrong.record(exchange.responseTime) }
    }
}

extension LatencyTable {
    /// The greatest value that the one of this rank can have; nil below 1 and above `count`.
    package func upperBound(ofRank rank: Int) -> Duration? { bounds(ofRank: rank)?.upperBound }
}

extension Outcome {
    /// False when not a byte left: then there is no lateness of sending.
    fileprivate var wasSent: Bool { certainty != .failed }
}

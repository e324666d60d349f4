import AgentProtocol
import Foundation
import Load
import Measures
import Plan
import Recording
import Schedule
import Timeline
import Verdict

/// Writes what the agents tell into the run's folder as it comes, and keeps the little that the run itself needs:
/// the guards' counts and the live line's figures.
actor Recorder {
    private let folder: RunFolder
    private let observer: any RunObserver
    private let loads: [String: LoadPlan]
    private let events: FileHandle
    private let histogramLog: FileHandle
    private var exchanges: [String: FileHandle] = [:]
    private var histories: [String: FileHandle] = [:]
    /// Histories that have more to tell.
    private var untold: Set<String>
    private var wroteHistogramHeader = false
    private var guards: GuardWatch
    private var earlyStop: EarlyStop
    private let targets: TargetsPlan
    private var live = LiveFigures()
    private var senders: SenderAccounts
    /// A fault that an agent did not begin, since it knew its clock less well than the file asks.
    private(set) var refusedStart: String?
    private(set) var failure: (any Error)?
    /// Time zero, seconds since 1970.
    private var startedAt = 0.0

    init(folder: RunFolder, plan: Plan, schedule: Schedule, observer: any RunObserver) throws {
        self.folder = folder
        self.observer = observer
        self.loads = Dictionary(plan.loads.map { ($0.name, $0) }) { first, _ in first }
        self.guards = GuardWatch(plan.guards)
        self.earlyStop = EarlyStop(plan.targets, after: schedule.faults)
        self.targets = plan.targets
        self.senders = SenderAccounts(plan.loads)
        self.events = try Self.open(folder.events)
        self.histogramLog = try Self.open(folder.histogramLog)
        untold = Set(plan.histories.map(\.name))
        for history in plan.histories {
            histories[history.name] = try Self.open(folder.history(history.name))
        }
        for load in plan.loads { exchanges[load.name] = try Self.open(folder.exchanges(load.name)) }
    }

    private static func open(_ file: URL) throws -> FileHandle {
        guard FileManager.default.createFile(atPath: file.path, contents: nil),
            let handle = FileHandle(forWritingAtPath: file.path)
        else {
            throw RunFolderError(code: "run.write", message: "cannot create \(file.path); is the disk full?")
        }
        return handle
    }

    func begin(startedAt: Double) {
        self.startedAt = startedAt
        observer.begin(startedAt: startedAt)
    }

    /// - Parameter host: whose agent tells it.
    func add(_ happening: Wire, from host: String) {
        do {
            switch happening.body {
            case .event(let line): try add(eventLine: line, from: host)
            case .batch(let batch): try add(batch, from: host)
            case .history(let batch):
                try add(history: batch.history, lines: batch.lines, isLast: batch.last)
            case nil: break
            }
        } catch {
            failure = failure ?? error
        }
    }

    func add(_ event: RunEvent) {
        do {
            let line = try RunFolder.encoder().encode(event)
            try events.write(contentsOf: line + [0x0a])
            watch(event)
            observer.event(event)
        } catch {
            failure = failure ?? error
        }
    }

    private func add(eventLine line: String, from host: String) throws {
        let event = try JSONDecoder().decode(RunEvent.self, from: Data(line.utf8))
        try events.write(contentsOf: Data(line.utf8) + [0x0a])
        if case .note(kind: .finished, let text) = event.body { try finish(load: text, on: host) }
        if case .arming(let arming) = event.body, arming.state == .refused {
            refusedStart =
                refusedStart
                ?? "\(arming.fault) was not begun on \(event.host): its start is known to "
                + "± \(arming.interval.bound.rounded) only, beyond the experiment's clock-bound"
        }
        watch(event)
        observer.event(event)
    }

    private func watch(_ event: RunEvent) {
        switch event.body {
        case .generator(let reading): live.add(reading, at: event.at.instant)
        case .floor(let floor):
            for words in FloorLimit.warnings(of: floor, for: targets) { observer.warning(words) }
        default: break
        }
    }

    private func add(_ batch: Faultline_Agent_V1_LoadBatch, from host: String) throws {
        try add(load: batch.load, block: Array(batch.block), from: host)
        try write(senders.merged(batch.histogramLines, of: batch.load, from: host))
    }

    /// An interval of a load that this process sends itself.
    func add(_ batch: LoadBatch) {
        let line = HistogramLog.line(
            load: batch.load,
            start: batch.start,
            length: batch.length,
            histogram: batch.responseTimes
        )
        do {
            try add(load: batch.load, block: batch.block, from: LoadPlan.thisHost)
            try write(line)
        } catch {
            failure = failure ?? error
        }
    }

    private func add(load: String, block: [UInt8], from host: String) throws {
        guard let plan = loads[load], let file = exchanges[load], !block.isEmpty else { return }
        let place = senders.place(of: load, on: host)
        var reader = ExchangeReader(block)
        while let part = reader.next() {
            guard part.sender == place else {
                throw RunFolderError(
                    code: "run.sender",
                    message:
                        "the agent on \(host) tells of requests of \(load) that are not its own; left out"
                )
            }
            for exchange in part.exchanges {
                let fault = plan.good.fault(in: exchange)
                guards.add(intended: exchange.intended, good: fault == nil)
                earlyStop.add(load, intended: exchange.intended, good: fault == nil)
                live.add(exchange, fault: fault)
            }
            observer.exchanges(part.exchanges, of: load, from: host, sender: Int(part.sender))
        }
        try file.write(contentsOf: block)
    }

    private func add(history: String, lines: String, isLast: Bool) throws {
        guard let file = histories[history] else { return }
        if !lines.isEmpty { try file.write(contentsOf: Data(lines.utf8)) }
        if isLast { untold.remove(history) }
    }

    /// What a history of this process tells.
    func add(_ batch: HistoryBatch) {
        do {
            try add(history: batch.history, lines: batch.lines, isLast: batch.isLast)
        } catch {
            failure = failure ?? error
        }
    }

    private func write(_ histogramLines: String) throws {
        guard !histogramLines.isEmpty else { return }
        if !wroteHistogramHeader {
            wroteHistogramHeader = true
            let header = HistogramLog.header(startedAt: startedAt, text: folder.url.lastPathComponent)
            try histogramLog.write(contentsOf: Data(header.utf8))
        }
        try histogramLog.write(contentsOf: Data(histogramLines.utf8))
    }

    /// All that a host had to tell of a load is written.
    func finish(load: String, on host: String) throws { try write(senders.finish(load, on: host)) }

    /// Every sender of every load, and every history, has told all.
    var isFinished: Bool { senders.areFinished && untold.isEmpty }

    /// Words of the guard that fired, if one did; everything due before `known` has been reported.
    func firedGuard(known: Instant) -> String? {
        guards.fired(known: known)
    }

    /// The same, while none has.
    func guardReadings(known: Instant) -> [GuardReading] { guards.readings(known: known) }

    /// Why the run need not go on, if it need not; everything due before `known` has been reported.
    func decidedEarly(known: Instant) -> String? {
        earlyStop.decided(known: known)
    }

    /// The live line's figures up to the end of this second.
    func figures(until second: Int64) -> LiveWindow {
        live.figures(until: second)
    }

    func close() throws {
        try write(senders.rest())
        if let failure { throw failure }
        try events.synchronize()
        for file in exchanges.values { try file.synchronize() }
        for file in histories.values { try file.synchronize() }
        try histogramLog.synchronize()
    }
}

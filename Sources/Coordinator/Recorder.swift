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
    private let events: AppendedFile
    private let histogramLog: AppendedFile
    private let marks: AppendedFile
    private var exchanges: [String: AppendedFile] = [:]
    private var histories: [String: AppendedFile] = [:]
    /// By host, the number of the last that is written.
    private var numbers: [String: UInt64] = [:]
    /// What the files' lengths were at the last mark.
    private var marked: [String: UInt64] = [:]
    /// Histories that have more to tell, with each of their hosts.
    private var untold: Set<HistoryTeller>
    private var wroteHistogramHeader = false
    private var isRestoring = false
    private var guards: GuardWatch
    private var earlyStop: EarlyStop
    private let targets: TargetsPlan
    private var live = LiveFigures()
    private var senders: SenderAccounts
    /// A fault that an agent did not begin, since it knew its clock less well than the file asks.
    private(set) var refusedStart: String?
    /// By whom, when an operator ended the run on some host.
    private(set) var halted: String?
    private(set) var failure: (any Error)?
    /// Time zero, seconds since 1970.
    private var startedAt = 0.0

    /// `restoring`: the run went on without its coordinator, and this is the next one.
    init(
        folder: RunFolder,
        plan: Plan,
        schedule: Schedule,
        observer: any RunObserver,
        restoring: ReceivedMarks? = nil
    ) throws {
        self.folder = folder
        self.observer = observer
        self.loads = Dictionary(plan.loads.map { ($0.name, $0) }) { first, _ in first }
        self.guards = GuardWatch(plan.guards)
        self.earlyStop = EarlyStop(plan.targets, after: schedule.faults)
        self.targets = plan.targets
        self.senders = SenderAccounts(plan.loads)
        let open = { (file: URL) in
            try AppendedFile(file, keeping: restoring.map { $0.length(of: file.lastPathComponent) })
        }
        self.events = try open(folder.events)
        self.histogramLog = try open(folder.histogramLog)
        marks = try AppendedFile(folder.received, keeping: restoring?.length)
        untold = HistoryTeller.all(of: plan)
        for history in plan.histories { histories[history.name] = try open(folder.history(history.name)) }
        for load in plan.loads { exchanges[load.name] = try open(folder.exchanges(load.name)) }
        guard let restoring else { return }
        numbers = restoring.numbers
        marked = restoring.lengths
        wroteHistogramHeader = histogramLog.length > 0
    }

    func begin(startedAt: Double) {
        self.startedAt = startedAt
        observer.begin(startedAt: startedAt)
    }

    /// - Parameter host: whose agent tells it.
    func add(_ happening: Wire, from host: String) {
        do {
            let last = numbers[host] ?? 0
            // Told again, since the connection broke before we could say that we have it.
            guard happening.number == 0 || happening.number > last else { return }
            guard happening.number <= last + 1 else {
                throw RunFolderError(
                    code: "run.gap",
                    message: "\(host) told its \(happening.number)th after the \(last)th: some is lost"
                )
            }
            var waiting: (load: String, lines: String)?
            switch happening.body {
            case .event(let line): try add(eventLine: line, from: host)
            case .batch(let batch):
                try add(batch, from: host)
                if senders.isMerged(batch.load) { waiting = (batch.load, batch.histogramLines) }
            case .history(let batch):
                try add(history: batch.history, lines: batch.lines, isLast: batch.last, from: host)
            case nil: break
            }
            try mark(host, happening.number, waiting)
        } catch {
            failure = failure ?? error
        }
    }

    /// The last of what an agent told that is written; 0: nothing.
    func received(from host: String) -> UInt64 { numbers[host] ?? 0 }

    /// What this agent tells has numbers, so that it can be told again.
    func isNumbered(_ host: String) -> Bool { received(from: host) > 0 }

    /// After the files, never before: what has no mark is told again.
    private func mark(_ host: String?, _ number: UInt64, _ waiting: (load: String, lines: String)?) throws {
        let files = [events, histogramLog] + exchanges.values + histories.values
        var mark = ReceivedMark(lengths: [:])
        for file in files where marked[file.name] ?? 0 != file.length {
            mark.lengths[file.name] = file.length
            marked[file.name] = file.length
        }
        if number > 0 { (mark.host, mark.number) = (host, number) }
        if let waiting { (mark.load, mark.lines) = (waiting.load, waiting.lines) }
        try marks.append(try RunFolder.encoder().encode(mark) + [0x0a])
        if let host, number > 0 { numbers[host] = number }
    }

    func add(_ event: RunEvent) {
        do {
            let line = try RunFolder.encoder().encode(event)
            try events.append(line + [0x0a])
            watch(event)
            observer.event(event)
            try mark(nil, 0, nil)
        } catch {
            failure = failure ?? error
        }
    }

    private func add(eventLine line: String, from host: String) throws {
        let event = try JSONDecoder().decode(RunEvent.self, from: Data(line.utf8))
        try events.append(Data(line.utf8) + [0x0a])
        try follow(event)
        observer.event(event)
    }

    /// What the run itself has to know of an event, which may be read from a recording.
    private func follow(_ event: RunEvent) throws {
        if case .note(kind: .finished, let text) = event.body { try finish(load: text, on: event.host) }
        if case .arming(let arming) = event.body, arming.state == .refused {
            refusedStart =
                refusedStart
                ?? "\(arming.fault) was not begun on \(event.host): its start is known to "
                + "± \(arming.interval.bound.rounded) only, beyond the experiment's clock-bound"
        }
        watch(event)
    }

    /// Reads what is there, of a run that goes on with another coordinator. The files hold it: nothing is written.
    func restore(_ marks: ReceivedMarks) throws {
        isRestoring = true
        defer { isRestoring = false }
        for mark in marks.waiting {
            guard let load = mark.load, let host = mark.host else { continue }
            _ = senders.merged(mark.lines ?? "", of: load, from: host)
        }
        for line in try folder.read(folder.events).split(separator: 0x0a) {
            guard let event = try? JSONDecoder().decode(RunEvent.self, from: line) else { continue }
            try follow(event)
            // With that its last batch had come.
            if let teller = HistoryTeller(event) { untold.remove(teller) }
        }
        for (name, plan) in loads {
            var file = try ExchangeFile(folder.exchanges(name))
            while let block = try file.next() { count(block, of: plan) }
        }
    }

    private func watch(_ event: RunEvent) {
        switch event.body {
        case .note(kind: .halted, let text): halted = halted ?? text
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
            count(part, of: plan)
            observer.exchanges(part.exchanges, of: load, from: host, sender: Int(part.sender))
        }
        try file.append(block)
    }

    private func count(_ block: ExchangeBlock, of load: LoadPlan) {
        for exchange in block.exchanges {
            let fault = load.good.fault(in: exchange)
            guards.add(intended: exchange.intended, good: fault == nil)
            earlyStop.add(load.name, intended: exchange.intended, good: fault == nil)
            live.add(exchange, fault: fault)
        }
    }

    private func add(history: String, lines: String, isLast: Bool, from host: String) throws {
        guard let file = histories[history] else { return }
        if !lines.isEmpty { try file.append(Data(lines.utf8)) }
        if isLast { untold.remove(HistoryTeller(history: history, host: host)) }
    }

    /// What a history of this process tells.
    func add(_ batch: HistoryBatch) {
        do {
            try add(
                history: batch.history,
                lines: batch.lines,
                isLast: batch.isLast,
                from: LoadPlan.thisHost
            )
        } catch {
            failure = failure ?? error
        }
    }

    private func write(_ histogramLines: String) throws {
        guard !histogramLines.isEmpty, !isRestoring else { return }
        if !wroteHistogramHeader {
            wroteHistogramHeader = true
            let header = HistogramLog.header(startedAt: startedAt, text: folder.url.lastPathComponent)
            try histogramLog.append(Data(header.utf8))
        }
        try histogramLog.append(Data(histogramLines.utf8))
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
        // Nobody goes on with a run that is over.
        try FileManager.default.removeItem(at: folder.received)
    }
}

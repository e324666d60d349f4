import Correctness
import Measures
import Schedule
import Timeline

extension HistoryFigures {
    private static let mostExampleOperations = 24

    /// - Parameter faults: for what is said of losses.
    init(_ history: RecordedHistory, faults: [FaultTimeline]) {
        let operations = history.entries.filter { $0.verb != .found }
        let count = { (outcome: InvocationOutcome) in operations.count { $0.outcome == outcome } }
        let isRegister = operations.contains { $0.verb == .write || $0.verb == .read }
        let isSet = history.entries.contains { $0.verb == .add || $0.verb == .found }
        self.init(
            history: history.name,
            description: history.words,
            isWhole: history.isWhole,
            operations: operations.count,
            ok: count(.ok),
            failed: count(.failed),
            unknown: count(.unknown),
            registers: isRegister && !isSet ? Self.registers(operations) : nil,
            elements: isSet && !isRegister ? Self.elements(history.entries, faults) : nil
        )
    }

    private static func registers(_ operations: [HistoryEntry]) -> RegisterFigures {
        let judgement = HistoryJudgement(registers: operations)
        let count = { (verb: HistoryEntry.Verb) in
            operations.count { $0.verb == verb && $0.outcome == .ok }
        }
        let example = judgement.example.enumerated().flatMap { group, entries in
            entries.prefix(mostExampleOperations / 2).map { ExampleOperation($0, group: group) }
        }
        return RegisterFigures(
            linearizable: judgement.state.rawValue,
            keys: judgement.keys,
            okWrites: count(.write),
            okReads: count(.read),
            violations: judgement.findings,
            example: example
        )
    }

    private static func elements(_ entries: [HistoryEntry], _ faults: [FaultTimeline]) -> ElementFigures {
        let added = entries.filter { $0.verb == .add }
        let check = SetCheck(entries)
        let wasRead = entries.contains { $0.verb == .found }
        let lost = Set(wasRead ? check.lost : [])
        let ends = added.filter { $0.outcome == .ok && lost.contains($0.value ?? 0) }.map(\.end)
        return ElementFigures(
            wasRead: wasRead,
            acknowledged: check.acknowledged,
            lost: lost.count,
            duplicated: check.duplicated.count,
            recovered: check.recovered.count,
            unexpected: check.unexpected.count,
            losses: LossFigures(ends: ends, examples: Array(check.lost.prefix(5)), faults)
        )
    }
}

extension LossFigures {
    /// - Parameter ends: when each was acknowledged, nanoseconds since time zero.
    fileprivate init?(ends: [Int64], examples: [Int64], _ faults: [FaultTimeline]) {
        guard let oldest = ends.min(), let newest = ends.max() else { return nil }
        let begun = faults.compactMap { fault in
            fault.started.map { (name: fault.scheduled.id, at: $0.instant.nanoseconds) }
        }.sorted { $0.at < $1.at }
        let fault = begun.last { $0.at <= newest } ?? begun.first
        self.init(
            oldestSeconds: Double(oldest) / 1e9,
            newestSeconds: Double(newest) / 1e9,
            fault: fault?.name,
            recoveryPointSeconds: fault.map { Double($0.at - newest) / 1e9 },
            examples: examples
        )
    }

    /// "acknowledged from 4.1 s to 9.8 s; the newest (the RPO) 5.1 s after cut#1 began"
    package var words: String {
        var text = "acknowledged from \(oldestSeconds.fixed(2)) s to \(newestSeconds.fixed(2)) s"
        if let fault, let age = recoveryPointSeconds {
            let side = age < 0 ? "after" : "before"
            text += "; RPO: the newest of them \(abs(age).fixed(2)) s \(side) \(fault) began"
        }
        return text
    }
}

extension ExampleOperation {
    fileprivate init(_ entry: HistoryEntry, group: Int) {
        self.init(
            group: group,
            key: entry.key,
            client: entry.client,
            verb: entry.verb.rawValue,
            value: entry.value,
            startSeconds: Double(entry.start) / 1e9,
            endSeconds: entry.outcome == .unknown ? nil : Double(entry.end) / 1e9,
            line: entry.line
        )
    }
}

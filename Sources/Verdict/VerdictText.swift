import Measures

/// A verdict for a terminal: at most 100 columns, understood without colour.
package enum VerdictText {
    package static let columns = 100

    /// Targets and incidents alone; lines end with a newline.
    package static func targets(_ verdict: Verdict) -> String {
        var lines = [headline(verdict)]
        lines += verdict.findings.flatMap(lines(of:))
        lines += verdict.incidents.flatMap { wrapped("! " + $0.text + " (exit \($0.exitCode))", indent: 4) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Lines end with a newline, the last too.
    package static func render(_ verdict: Verdict) -> String {
        var lines = [String(targets(verdict).dropLast())]
        if !verdict.phases.isEmpty { lines += [""] + phaseTable(verdict.phases).lines }
        if let histories = verdict.histories { lines += [""] + historyTable(histories).lines }
        if let senders = verdict.senders { lines += [""] + senderTable(senders).lines }
        if !verdict.faults.isEmpty {
            lines += [""] + faultTable(verdict.faults).lines
            if verdict.faults.contains(where: { !$0.affordablePerYear.isEmpty }) {
                lines +=
                    ["", "So many of each a 365-day year can hold:"] + affordableTable(verdict.faults).lines
            }
        }
        let more = (verdict.budgets ?? []).map(\.words) + (verdict.year.map { [$0.words] } ?? [])
        if !more.isEmpty { lines += [""] + more.flatMap { wrapped($0.capitalised, indent: 2) } }
        return lines.joined(separator: "\n") + "\n"
    }

    /// "web-failover: missed (exit 1): 2 met, 1 missed, 0 inconclusive. Plan 3f9c0d12a4b5, seed 42"
    static func headline(_ verdict: Verdict) -> String {
        let count = { (outcome: Verdict.Outcome) in verdict.findings.count { $0.outcome == outcome } }
        let counts =
            verdict.findings.isEmpty
            ? "no targets"
            : "\(count(.met)) met, \(count(.missed)) missed, \(count(.inconclusive)) inconclusive"
        let plan = "plan \(verdict.planDigest.prefix(12)), seed \(verdict.seed)"
        return wrapped(
            "\(verdict.experiment): \(verdict.outcome.rawValue.uppercased()) (exit \(verdict.exitCode)): \(counts); \(plan)",
            indent: 2
        ).joined(separator: "\n")
    }

    static func lines(of finding: Finding) -> [String] {
        var lines = wrapped("\(finding.outcome.mark) \(finding.target): \(finding.evidence)", indent: 4)
        if let needed = finding.needed { lines += wrapped("    needed: \(needed)", indent: 6) }
        return lines
    }

    private static func phaseTable(_ phases: [PhaseFigures]) -> TextTable {
        var table = TextTable([
            ("phase", .left), ("load", .left), ("from–to s", .right), ("requests", .right), ("good", .right),
            ("95 % interval", .right), ("p50 ms", .right), ("p99 ms", .right),
        ])
        for phase in phases {
            let sure =
                phase.due > 0 ? Words.range(phase.availabilityLower, phase.availabilityUpper) : "–"
            table.add([
                cut(phase.phase, to: 18),
                cut(phase.load, to: 12),
                "\(phase.startSeconds.fixed(1))–\(phase.endSeconds.fixed(1))",
                Words.count(phase.due),
                Words.goodPercent(bad: phase.due - phase.good, of: phase.due),
                sure,
                phase.due > 0 ? milliseconds(phase.p50Milliseconds) : "–",
                phase.due > 0 ? milliseconds(phase.p99Milliseconds) : "–",
            ])
        }
        return table
    }

    private static func historyTable(_ histories: [HistoryFigures]) -> TextTable {
        var table = TextTable([
            ("history", .left), ("operations", .right), ("ok", .right), ("failed", .right),
            ("unknown", .right), ("acknowledged", .right), ("lost", .right), ("linearizable", .left),
        ])
        for history in histories {
            let elements = history.elements
            table.add([
                cut(history.history, to: 18), Words.count(history.operations), Words.count(history.ok),
                Words.count(history.failed), Words.count(history.unknown),
                elements.map { Words.count($0.acknowledged) } ?? "–",
                elements.map { $0.wasRead ? Words.count($0.lost) : "not known" } ?? "–",
                history.registers?.linearizable ?? "–",
            ])
        }
        return table
    }

    private static func senderTable(_ senders: [SenderFigures]) -> TextTable {
        var table = TextTable([
            ("load", .left), ("from", .left), ("requests", .right), ("good", .right), ("late p99", .right),
            ("unaccounted", .right),
        ])
        for sender in senders {
            table.add([
                cut(sender.load, to: 18), cut(sender.host, to: 18), Words.count(sender.due),
                Words.goodPercent(bad: sender.due - sender.good, of: sender.due),
                sender.latenessP99.map { time($0 / 1e6) } ?? "–", sender.missingWords,
            ])
        }
        return table
    }

    private static func faultTable(_ faults: [FaultFigures]) -> TextTable {
        var table = TextTable([
            ("fault", .left), ("at s", .right), ("start ±", .right), ("skew ≤", .right), ("bad", .right),
            ("of", .right), ("impact", .right),
            ("outage", .right), ("recovered", .right), ("burst", .right),
        ])
        for fault in faults {
            let recovered = fault.timeToRecoverSeconds.map { (fault.censored ? "> " : "") + time($0) }
            table.add([
                cut(fault.fault, to: 20),
                fault.startSeconds.fixed(2),
                fault.startBoundMicroseconds.map { time($0 / 1e6) } ?? "–",
                fault.startSkewMicroseconds.map { time($0 / 1e6) } ?? "–",
                Words.count(fault.bad),
                Words.count(fault.due),
                fault.timeToImpactSeconds.map(time) ?? "no impact",
                fault.outageSeconds > 0 ? time(fault.outageSeconds) : "none",
                recovered ?? "–",
                Words.count(fault.longestBurst),
            ])
        }
        return table
    }

    private static func affordableTable(_ faults: [FaultFigures]) -> TextTable {
        let hit = faults.filter { !$0.affordablePerYear.isEmpty }
        let levels = hit.first?.affordablePerYear.map(\.percent) ?? []
        var table = TextTable([("fault", .left)] + levels.map { ("\($0) %", .right) })
        for fault in hit {
            table.add([cut(fault.fault, to: 20)] + fault.affordablePerYear.map { times($0.timesPerYear) })
        }
        return table
    }

    static func time(_ seconds: Double) -> String {
        Duration(nanoseconds: Int64((seconds * 1e9).rounded())).rounded
    }

    private static func milliseconds(_ value: Double?) -> String {
        guard let value else { return "∞" }
        return value.fixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)
    }

    /// About three digits: "31 500", "52.6", "0.00315".
    private static func times(_ value: Double) -> String {
        guard value.isFinite, value < 1e15 else { return "∞" }
        guard value < 100 else { return Words.count(Int(value)) }
        return value.fixed(value >= 10 ? 1 : value >= 1 ? 2 : 4)
    }

    private static func cut(_ text: String, to width: Int) -> String {
        text.count <= width ? text : text.prefix(width - 1) + "…"
    }

    /// Breaks at spaces; lines after the first begin with `indent` spaces. A word that is longer than a line stays whole.
    /// A number and its percent sign stay together.
    static func wrapped(_ text: String, indent: Int) -> [String] {
        let glue = "\u{a0}"
        let lines = split(text.replacing(" %", with: glue + "%"), indent: indent)
        return lines.map { $0.replacing(glue, with: " ") }
    }

    private static func split(_ text: String, indent: Int) -> [String] {
        var lines: [String] = []
        var line = String(text.prefix { $0 == " " })
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > columns {
                lines.append(line)
                line = String(repeating: " ", count: indent)
                isEmpty = true
            }
            line += isEmpty ? word : " " + word
            isEmpty = false
        }
        return lines + [line]
    }
}

extension Verdict.Outcome {
    package var mark: String {
        switch self {
        case .met: "✓"
        case .missed: "✗"
        case .inconclusive: "?"
        }
    }
}

extension String {
    /// As a sentence of its own.
    fileprivate var capitalised: String { prefix(1).uppercased() + dropFirst() }
}

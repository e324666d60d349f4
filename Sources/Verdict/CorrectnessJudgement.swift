import Correctness
import Plan

/// How what a history shows is held against one claim.
///
/// | | |
/// |---|---|
/// | its recording is missing, or breaks off | inconclusive |
/// | no write was acknowledged, or nothing was read | inconclusive |
/// | the search for an order was given up | inconclusive |
/// | a counter-example; more lost, or there twice, than allowed | missed |
/// | else | met |
struct CorrectnessJudgement {
    let outcome: Verdict.Outcome
    let evidence: String
    let needed: String?

    private init(_ outcome: Verdict.Outcome, _ evidence: String, needed: String? = nil) {
        self.outcome = outcome
        self.evidence = evidence
        self.needed = needed
    }

    init(_ target: CorrectnessTarget, _ figures: HistoryFigures?) {
        guard let figures, figures.operations > 0 else {
            self.init(.inconclusive, "no operation was recorded", needed: "a run that records the history")
            return
        }
        let judged = Self.judge(target.claim, figures)
        guard figures.isWhole else {
            self.init(
                .inconclusive,
                "the recording breaks off, and what it lacks may change what it says (\(judged.evidence))",
                needed: "a run whose clients are not lost"
            )
            return
        }
        self = judged
    }

    private static func judge(_ claim: CorrectnessTarget.Claim, _ figures: HistoryFigures) -> Self {
        switch claim {
        case .linearizable: registers(figures)
        case .lostWrites(let most): elements(figures) { lost($0, most, figures) }
        case .duplicates(let most): elements(figures) { duplicates($0, most) }
        }
    }

    private static func registers(_ figures: HistoryFigures) -> Self {
        guard let registers = figures.registers, registers.okWrites > 0, registers.okReads > 0 else {
            return Self(
                .inconclusive,
                "\(counts(figures)): no write was acknowledged, or nothing was read",
                needed: "a store that answers"
            )
        }
        let size = "\(Words.plural(registers.keys, "key")), \(counts(figures))"
        let first = registers.violations.first ?? ""
        switch HistoryJudgement.State(rawValue: registers.linearizable) {
        case .holds: return Self(.met, "as if there were one copy: \(size)")
        case .violated:
            let others = registers.violations.count - 1
            let more = others > 0 ? "; and \(others) more" : ""
            return Self(.missed, "no order of the operations explains key \(first)\(more) (\(size))")
        case .undecided, nil:
            return Self(
                .inconclusive,
                "not decided: key \(first) (\(size))",
                needed: "fewer clients on each key"
            )
        }
    }

    private static func elements(_ figures: HistoryFigures, _ judge: (ElementFigures) -> Self) -> Self {
        guard let elements = figures.elements, elements.wasRead else {
            return Self(
                .inconclusive,
                "never read in the end, so nobody knows what is lost (\(counts(figures)))",
                needed: "a store that answers when the run is over: end the faults earlier"
            )
        }
        guard elements.acknowledged > 0 else {
            return Self(
                .inconclusive,
                "no write was acknowledged (\(counts(figures)))",
                needed: "a store that answers"
            )
        }
        return judge(elements)
    }

    private static func lost(_ elements: ElementFigures, _ most: Int, _ figures: HistoryFigures) -> Self {
        let what =
            "\(Words.count(elements.lost)) of \(Words.plural(elements.acknowledged, "acknowledged write")) lost"
        let when = elements.losses.map { ", \($0.words)" } ?? ""
        let rest =
            figures.unknown == 0
            ? ""
            : "; of \(Words.count(figures.unknown)) of unknown outcome \(Words.count(elements.recovered)) are there"
        return Self(elements.lost > most ? .missed : .met, what + when + rest)
    }

    private static func duplicates(_ elements: ElementFigures, _ most: Int) -> Self {
        Self(
            elements.duplicated > most ? .missed : .met,
            "\(Words.count(elements.duplicated)) of \(Words.plural(elements.acknowledged, "acknowledged write")) there more than once"
        )
    }

    /// "3 000 operations: 2 950 ok, 30 failed, 20 unknown"
    private static func counts(_ figures: HistoryFigures) -> String {
        "\(Words.plural(figures.operations, "operation")): \(Words.count(figures.ok)) ok, "
            + "\(Words.count(figures.failed)) failed, \(Words.count(figures.unknown)) unknown"
    }
}

extension CorrectnessTarget {
    /// "accounts linearizable", "lost acknowledged writes of orders: at most 0"
    var words: String {
        switch claim {
        case .linearizable: "\(history) linearizable"
        case .lostWrites(let most): "lost acknowledged writes of \(history): at most \(Words.count(most))"
        case .duplicates(let most): "duplicates in \(history): at most \(Words.count(most))"
        }
    }
}

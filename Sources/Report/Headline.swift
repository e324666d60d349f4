import Measures
import Verdict

/// The top of the report: the verdict in a word, each target in a line, and what was done in sentences. It is the text
/// alternative of everything below it.
struct Headline: Sendable {
    let verdict: Verdict

    /// Faults that are told in sentences; the rest is in the table.
    private static let mostFaults = 8

    var word: String {
        switch verdict.outcome {
        case .met: "Met"
        case .missed: "Missed"
        case .inconclusive: "Inconclusive"
        }
    }

    var mark: Mark { Mark(verdict.outcome) }

    /// "3 of 5 targets met, 1 missed, 1 inconclusive. The run was not as planned: …"
    var sentence: String {
        guard !verdict.findings.isEmpty else { return "The experiment has no target." }
        let total = verdict.findings.count
        let worstFirst = Verdict.Outcome.allCases.sorted { $0.severity > $1.severity }
        let counts = worstFirst.map { outcome in
            (outcome, verdict.findings.count { $0.outcome == outcome })
        }
        let met = counts.first { $0.0 == .met }?.1 ?? 0
        let others = counts.filter { $0.0 != .met && $0.1 > 0 }.map { "\($0.1) \($0.0.rawValue)" }
        let noun = total == 1 ? "target" : "targets"
        return (["\(met) of \(total) \(noun) met"] + others).joined(separator: ", ") + "."
    }

    /// Worst first, else in the order of the file.
    var findings: [Finding] {
        verdict.findings.enumerated().sorted {
            ($1.element.outcome.severity, $0.offset) < ($0.element.outcome.severity, $1.offset)
        }.map(\.element)
    }

    /// One sentence for each fault: what, when, and what it cost.
    var faults: [String] {
        var lines = verdict.faults.prefix(Self.mostFaults).map(sentence)
        let left = verdict.faults.count - lines.count
        if left > 0 { lines.append("\(Figures.count(left, "more fault")): see the recovery table.") }
        return lines
    }

    private func sentence(for fault: FaultFigures) -> String {
        guard fault.startBoundMicroseconds != nil else {
            return
                "\(fault.fault), due at \(Figures.seconds(fault.startSeconds)), did not begin: \(fault.description)."
        }
        let length = Figures.duration(seconds: max(0, fault.endSeconds - fault.startSeconds))
            .withoutTrailingZeros
        var text =
            "\(fault.fault), at \(Figures.seconds(fault.startSeconds)) for \(length): \(fault.description). "
        guard fault.bad > 0 else { return text + "No bad request." }
        text += "\(Figures.count(fault.bad)) of \(Figures.count(fault.due, "request")) bad"
        if let impact = fault.timeToImpactSeconds {
            text +=
                fault.impactIsAfterStart == false
                ? ", the first at its start, as far as the clocks can tell"
                : ", the first after \(Figures.duration(seconds: impact))"
        }
        if let recovery = fault.timeToRecoverSeconds {
            let time = Figures.duration(seconds: recovery)
            text += fault.censored ? "; not steady again within \(time)" : "; recovered after \(time)"
        }
        return text + "."
    }

    var html: Element {
        Element("section", ["class": "headline"]) {
            Element("div", ["class": "verdict \(mark.tone)"]) {
                Element("p", ["class": "word"]) {
                    Element("span", ["class": "sign", "aria-hidden": "true"], text: mark.symbol)
                    Element("strong", text: word)
                }
                Element("p", text: sentence)
            }
            if !verdict.incidents.isEmpty { IncidentList(verdict: verdict).html }
            targetList
            if !verdict.faults.isEmpty {
                Element("h3", text: "What was done")
                Element("ul", ["class": "done"]) { faults.map { Element("li", text: $0) } }
            }
        }
    }

    /// Each target with its outcome and why.
    var targetList: Element {
        Element("ul", ["class": "targets"]) {
            findings.map { finding in
                Element("li") {
                    Element("span", ["class": "chip \(Mark(finding.outcome).tone)"]) {
                        Element("span", ["aria-hidden": "true"], text: Mark(finding.outcome).symbol + " ")
                        finding.outcome.rawValue
                    }
                    Element("div") {
                        Element("strong", text: finding.target.unitsKept)
                        Element("p", text: finding.evidence.unitsKept)
                        if let needed = finding.needed {
                            Element("p", ["class": "needed"], text: "Still needed: \(needed)")
                        }
                    }
                }
            }
        }
    }
}

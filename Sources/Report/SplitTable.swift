import Decomposition
import Measures
import Schedule
import Timeline

/// What each part of the requests' response times came to, phase by phase.
struct SplitTable: Sendable {
    let split: LoadSplit

    static let explanation =
        "Each request’s response time, cut at the instants at which its packets were captured on both hosts; the parts of "
        + "a request add up to its response time exactly, and so do the means. A capture sees what leaves behind the "
        + "host’s own queues, and what arrives ahead of them: a fault that holds what the client sends is in the client’s "
        + "queue; one on the server’s host, either way, is within “server” and cannot be told from it. Only the network’s "
        + "parts need both clocks: ± is their proven bound, and ≲ marks what is mostly shorter than it, and may be nothing."

    /// How many were not split, and why; nil: all were.
    var rest: String? {
        var reasons: [Unsplit: Int] = [:]
        for phase in split.phases { reasons.merge(phase.unsplit, uniquingKeysWith: +) }
        let total = reasons.values.reduce(0, +)
        guard total > 0 else { return nil }
        let whole = total + split.phases.reduce(0) { $0 + $1.split }
        let words = Unsplit.allCases.compactMap { reason in
            reasons[reason].map { "\(Figures.count($0)) \(reason.rawValue)" }
        }
        return
            "Not split: \(Figures.count(total)) of \(Figures.count(whole, "request")) (\(words.joined(separator: ", ")))."
    }

    var table: DataTable {
        let columns: [DataTable.Column] = [
            .text("Phase"), .text("Part"), .number("Mean"), .number("Of it"), .number("p50"), .number("p99"),
            .text("Held by"),
        ]
        return DataTable(columns, rows: split.phases.filter { $0.split > 0 }.flatMap(rows))
    }

    private func rows(_ phase: PhaseSplit) -> [[DataTable.Cell]] {
        let name = phase.phase.name
        let parts = phase.parts.filter { $0.isShown }.map { part -> [DataTable.Cell] in
            [
                DataTable.Cell(name), DataTable.Cell(part.part.name),
                DataTable.Cell(mean(part), note: bound(part)),
                DataTable.Cell(share(part, of: phase)),
                DataTable.Cell(part.quantile(0.5).map(Figures.duration) ?? "–"),
                DataTable.Cell(part.quantile(0.99).map(Figures.duration) ?? "–"),
                DataTable.Cell(part.heldBy ?? ""),
            ]
        }
        let quantile = { phase.responseTime(atQuantile: $0).map(Figures.duration) ?? "–" }
        let total: [DataTable.Cell] = [
            DataTable.Cell(name),
            DataTable.Cell("response time", note: Figures.count(phase.split, "request")),
            DataTable.Cell(phase.meanResponseTime.map(Figures.duration) ?? "–"), "100 %",
            DataTable.Cell(quantile(0.5)), DataTable.Cell(quantile(0.99)), "",
        ]
        return parts + [total]
    }

    private func mean(_ part: PartFigures) -> String {
        guard let mean = part.mean else { return "–" }
        return (part.isBelowResolution ? "≲ " : "") + Figures.duration(max(.zero, mean))
    }

    private func bound(_ part: PartFigures) -> String? {
        guard let bound = part.meanBound, bound > .zero else { return nil }
        return "± " + Figures.duration(bound)
    }

    private func share(_ part: PartFigures, of phase: PhaseSplit) -> String {
        guard phase.responseSum > 0 else { return "–" }
        return (100 * max(0, Double(part.sum) / Double(phase.responseSum))).fixed(1) + " %"
    }
}

extension PartFigures {
    /// A part that nothing was in has no row: the client's queue without a queue, the rest of answers in one packet.
    var isShown: Bool { sum != 0 || !faults.isEmpty }

    /// Of what waits in the client's queue without a fault, the kernel's own queues are the holder.
    var heldBy: String? {
        if !faults.isEmpty { return faults.joined(separator: ", ") }
        return part == .clientQueue && sum > 0 ? "local queue" : nil
    }
}

extension Report {
    /// nil when none of its requests could be split.
    func split(of load: LoadTimeline) -> LoadSplit? {
        decomposition?.loads.first { $0.name == load.name && !$0.phases.allSatisfy { $0.split == 0 } }
    }
}

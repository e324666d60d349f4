import Measures
import Schedule
import Statistics
import Timeline
import Verdict

/// Availability and latency of each phase of each load, with their intervals at 95 %.
struct PhaseTable: Sendable {
    let timeline: Timeline
    let verdict: Verdict

    var table: DataTable {
        let showsLoad = Set(verdict.phases.map(\.load)).count > 1
        let columns: [DataTable.Column] =
            [.text("Phase")] + (showsLoad ? [.text("Load")] : []) + [
                .number("From – to"), .number("Requests"), .number("Availability"), .number("Good slices"),
                .number("p50"), .number("p99"),
            ]
        return DataTable(columns, rows: verdict.phases.map { row($0, showsLoad: showsLoad) })
    }

    private func row(_ figures: PhaseFigures, showsLoad: Bool) -> [DataTable.Cell] {
        let pair = phase(of: figures)
        let slices = "\(Figures.count(figures.goodSlices)) of \(Figures.count(figures.slices))"
        return [DataTable.Cell(figures.phase, note: pair?.phase.origin)]
            + (showsLoad ? [DataTable.Cell(figures.load)] : []) + [
                DataTable.Cell(
                    "\(Figures.seconds(figures.startSeconds)) – \(Figures.seconds(figures.endSeconds))"
                ),
                DataTable.Cell(Figures.count(figures.due)),
                availability(figures),
                DataTable.Cell(figures.slices == 0 ? "–" : slices),
                median(figures, of: pair?.tally),
                latency(
                    figures.p99Milliseconds,
                    lower: figures.p99LowerMilliseconds,
                    upper: figures.p99UpperMilliseconds,
                    of: pair?.tally
                ),
            ]
    }

    private func availability(_ figures: PhaseFigures) -> DataTable.Cell {
        guard figures.due > 0 else { return "no data" }
        return DataTable.Cell(
            Figures.percent(
                figures.availability,
                resolving: figures.availabilityUpper - figures.availabilityLower
            ),
            note: Figures.interval(figures.availabilityLower, figures.availabilityUpper)
        )
    }

    /// The median's interval comes from the timeline: the verdict has the one of p99 only.
    private func median(_ figures: PhaseFigures, of tally: Tally?) -> DataTable.Cell {
        let interval = tally.flatMap { tally -> (Duration?, Duration?)? in
            guard tally.due > 0 else { return nil }
            let quantile = ExactDecimal(significand: 5, exponent: -1)
            let served = tally.served
            let ranks = QuantileRank.interval(quantile, of: tally.due, confidence: 0.95)
            return (
                ranks.lower.flatMap { served.bounds(ofRank: $0)?.lowerBound },
                ranks.upper.flatMap { served.bounds(ofRank: $0)?.upperBound }
            )
        }
        return latency(
            figures.p50Milliseconds,
            lower: interval?.0.map { $0.seconds * 1000 },
            upper: interval?.1.map { $0.seconds * 1000 },
            of: tally
        )
    }

    private func phase(of figures: PhaseFigures) -> (phase: Phase, tally: Tally)? {
        guard let load = timeline.loads.first(where: { $0.name == figures.load }) else { return nil }
        return zip(timeline.phases, load.byPhase).first { phase, _ in
            phase.name == figures.phase && abs(phase.start.seconds - figures.startSeconds) < 1e-6
        }.map { (phase: $0, tally: $1) }
    }

    private func latency(_ value: Double?, lower: Double?, upper: Double?, of tally: Tally?) -> DataTable.Cell
    {
        let bounds: String? =
            lower == nil && upper == nil
            ? nil
            : "[\(lower.map { Figures.duration(milliseconds: $0) } ?? "0"), "
                + "\(upper.map { Figures.duration(milliseconds: $0) } ?? "∞")]"
        guard let value else {
            guard let tally, tally.due > 0 else { return "–" }
            let missing = max(0, tally.due - tally.served.count)
            guard missing > 0 else { return DataTable.Cell("not bounded", note: bounds) }
            return DataTable.Cell("∞", note: "\(Figures.count(missing)) not served")
        }
        return DataTable.Cell(Figures.duration(milliseconds: value), note: bounds)
    }
}

extension Phase {
    /// "after slow#1", for a recovery.
    fileprivate var origin: String? {
        guard case .recovery(let fault) = kind else { return nil }
        return "after \(fault)"
    }
}

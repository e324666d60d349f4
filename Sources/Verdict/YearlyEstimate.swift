import Measures
package import Plan
import Recording
import Schedule
import Statistics
package import Timeline

/// Availability over a year from how often things fail, which the experiment file states, and what one failure costs, which
/// this run measured (guides: slo 2.4):
///
///     A = 1 - Σ rate × outage × share
///
/// It holds while outages rarely overlap. Failure modes that nobody listed are missing, so it is an upper estimate.
package struct YearlyEstimate: Sendable, Codable, Equatable {
    package var yearDays: Int
    package var modes: [ModeFigures]
    /// Σ; nil where a mode was not measured.
    package var unavailability: Double?
    /// With 95 % confidence for all modes together; nil where a mode was seen less than twice, was cut short, or cost
    /// nothing.
    package var upper: Double?

    /// One stated failure mode.
    package struct ModeFigures: Sendable, Codable, Equatable {
        package var name: String
        package var fault: String
        /// "4/year", and where it is from.
        package var rate: String
        package var source: String
        /// Occurrences of the fault that were measured.
        package var measured: Int
        /// One of them had not recovered when the window ended: it costs that or more.
        package var censored: Bool
        /// Mean of outage × share of requests hit; nil: not measured.
        package var costSeconds: Double?
        package var unavailability: Double?
        package var upper: Double?
    }

    package static let notCovered = "what nobody listed"

    /// nil without stated modes: no rate, no year.
    package init?(of timeline: Timeline, modes: [FailureModePlan]) {
        guard !modes.isEmpty else { return nil }
        yearDays = 365
        // Bonferroni: all bounds hold together with 95 %.
        let confidence = 1 - 0.05 / Double(modes.count)
        self.modes = modes.map { ModeFigures($0, of: timeline, confidence: confidence) }
        let points = self.modes.compactMap(\.unavailability)
        let uppers = self.modes.compactMap(\.upper)
        unavailability = points.count == modes.count ? points.reduce(0, +) : nil
        upper = uppers.count == modes.count ? uppers.reduce(0, +) : nil
    }

    /// "At these rates 99.9974 % of a 365-day year or less, …"
    package var words: String {
        let covered =
            "from \(Words.plural(modes.count, "stated failure mode")); not covered: \(Self.notCovered)"
        let missing = modes.filter { $0.costSeconds == nil }.map(\.name)
        guard let unavailability else {
            return "no yearly estimate: this run did not measure \(missing.joined(separator: ", "))"
        }
        guard unavailability < 1 else {
            return "at these rates outages would overlap all of the time, \(covered)"
        }
        let atMost = modes.contains(where: \.censored) ? " or less" : ""
        let sure =
            upper.map { upper in
                upper < 1
                    ? " (at least \(Words.availability(upper)) with 95 % confidence)"
                    : " (with 95 % confidence nothing is known)"
            } ?? ""
        return
            "at these rates \(Words.availability(unavailability)) of a \(yearDays)-day year\(atMost)\(sure), \(covered)"
    }
}

extension YearlyEstimate.ModeFigures {
    fileprivate init(_ mode: FailureModePlan, of timeline: Timeline, confidence: Double) {
        let occurrences = timeline.faults.filter { fault in
            fault.scheduled.name == mode.fault && fault.started != nil && fault.recovery.due > 0
                && !fault.observations.contains { $0.1.effect == .none }
        }
        let cost = occurrences.reduce(0.0) { $0 + $1.recovery.lostTime.seconds }
        let (outages, seconds) = mode.counted
        let both = MeasuredOutages(
            outages: outages,
            observedSeconds: Double(seconds),
            recoveryRuns: occurrences.count,
            recoverySeconds: cost
        )
        name = mode.name
        fault = mode.fault
        rate = mode.rateText
        source = mode.source
        measured = occurrences.count
        censored = occurrences.contains { $0.recovery.censored }
        costSeconds = occurrences.isEmpty ? nil : cost / Double(occurrences.count)
        unavailability = both.point
        // Of one run, of runs that were cut short and of runs without an impact no bound can be told.
        upper = occurrences.count > 1 && !censored && cost > 0 ? both.upper(confidence: confidence) : nil
    }
}

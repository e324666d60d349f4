import Measures
import Recording
import Schedule
import Statistics
import Timeline

/// What else is known of one occurrence of a fault (guides: slo 5.6).
package struct RecoveryDetail: Sendable, Codable, Equatable {
    /// Good again, since the fault's end: negative, it healed while the fault acted; positive, it needed the fault gone.
    /// Where the recovery is censored the true value is above it. nil without an impact, or where the end is not known.
    package var afterRemovalSeconds: Double?
    /// Of bad requests.
    package var bursts: Int
    package var varianceInflation: Double
    /// From the fault's start until all was good again; without an impact, while it acted. Slices are of a second.
    package var due: Int
    package var good: Int
    package var slices: Int
    package var badSlices: Int
    /// Clopper-Pearson at 95 % of the share of good slices.
    package var goodSlicesLower: Double
    package var goodSlicesUpper: Double
    /// Good but slower than the latency targets allow; nil without such a target.
    package var degradedSeconds: Double?
    package var latency: LatencyReturn?
    package var signal: Signal?
    /// By objective.
    package var pages: [PredictedPage]

    /// When the p99 was that of the baseline again.
    package struct LatencyReturn: Sendable, Codable, Equatable {
        package var levelMilliseconds: Double
        /// Since the fault's start; above it when `censored`.
        package var seconds: Double
        package var heldSeconds: Double
        package var censored: Bool
    }

    /// The system's own first word of it: a line in a log that the experiment watches.
    package struct Signal: Sendable, Codable, Equatable {
        /// Since the fault's start, ± the bound.
        package var seconds: Double
        package var boundMicroseconds: Double
        /// "nginx on web1: lost"
        package var words: String
    }

    /// When a pager would ring if nothing but this fault had happened.
    package struct PredictedPage: Sendable, Codable, Equatable {
        /// "99.9", in percent.
        package var objective: String
        /// Since the fault's start, looked at each second; nil: it does not ring.
        package var seconds: Double?
    }

    /// nil where nothing was measured.
    init?(_ fault: FaultTimeline, in timeline: Timeline, objectives: [BudgetObjective]) {
        guard let aftermath = fault.aftermath else { return nil }
        let start = fault.started?.instant ?? fault.scheduled.start
        let recovery = fault.recovery
        let affected = aftermath.untilRecovered
        let bad = ClopperPearson.interval(
            failures: affected.badSlices,
            of: affected.slices,
            confidence: 0.95
        )
        afterRemovalSeconds = recovery.timeToRecover.flatMap { time in
            fault.ended.map { (start + time - $0.instant).seconds }
        }
        bursts = aftermath.bursts.count
        varianceInflation = aftermath.bursts.varianceInflation
        due = affected.due
        good = affected.good
        slices = affected.slices
        badSlices = affected.badSlices
        goodSlicesLower = 1 - bad.upper
        goodSlicesUpper = 1 - bad.lower
        degradedSeconds = aftermath.degraded?.seconds
        latency = aftermath.baseline.map {
            LatencyReturn(
                levelMilliseconds: $0.level.seconds * 1000,
                seconds: $0.after.seconds,
                heldSeconds: $0.held.seconds,
                censored: $0.censored
            )
        }
        signal = Signal(of: fault, until: aftermath.until, in: timeline)
        let seconds = RunSeconds(timeline)
        pages = objectives.map { objective in
            let rings = BurnRateAlert.usual.filter { $0.severity == .page }.compactMap { alert in
                seconds.rings(alert, of: objective, from: start, to: aftermath.until)
            }
            return PredictedPage(
                objective: "\(objective.percent)",
                seconds: rings.min().map { max(0, Double($0) - start.seconds) }
            )
        }
    }
}

extension RecoveryDetail.Signal {
    /// The first that the clocks do not prove to be older than the fault.
    fileprivate init?(of fault: FaultTimeline, until: Instant, in timeline: Timeline) {
        guard let started = fault.started else { return nil }
        let event = timeline.processes.first { event in
            guard case .logMark = event.body else { return false }
            return event.at.order(to: started) != .before && event.at.instant < until
        }
        guard let event, case .logMark(let mark) = event.body else { return nil }
        seconds = (event.at.instant - started.instant).seconds
        boundMicroseconds = Double(event.at.boundNanoseconds + started.boundNanoseconds) / 1000
        words = "\(mark.service) on \(event.host): \(mark.name)"
    }
}

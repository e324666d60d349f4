import Measures
package import Plan
package import Statistics
package import Timeline

/// What the run spent of an availability target's error budget, and whether a pager that watches it would have rung
/// (guides: slo 2.3 and 4.3). The run lies in a window, usually of 30 days, that has its mean rate and is otherwise good.
package struct BudgetFigures: Sendable, Codable, Equatable {
    /// "99.9", in percent.
    package var objective: String
    /// nil: all loads together.
    package var load: String?
    /// The budget's window.
    package var windowDays: Double
    /// Of the run's requests, 0 to 1.
    package var badShare: Double
    /// bad share × length / (u × window): 1 is the whole budget.
    package var spent: Double
    package var alerts: [AlertFigures]

    package struct AlertFigures: Sendable, Codable, Equatable {
        package var severity: BurnRateAlert.Severity
        package var factor: Double
        package var longSeconds: Int
        package var shortSeconds: Int
        /// After the run's start, looked at each second; nil: it does not ring.
        package var ringsAtSeconds: Double?
    }

    /// The first page.
    package var page: AlertFigures? {
        alerts.filter { $0.severity == .page && $0.ringsAtSeconds != nil }
            .min { ($0.ringsAtSeconds ?? 0) < ($1.ringsAtSeconds ?? 0) }
    }

    /// One for each objective of each load; nil without a target or without a request.
    package static func all(of timeline: Timeline, targets: TargetsPlan) -> [BudgetFigures]? {
        var figures: [BudgetFigures] = []
        for target in targets.availability {
            guard
                let budget = BudgetFigures(BudgetObjective(target), load: target.load, of: timeline),
                !figures.contains(budget)
            else { continue }
            figures.append(budget)
        }
        return figures.isEmpty ? nil : figures
    }

    private init?(_ objective: BudgetObjective, load: String?, of timeline: Timeline) {
        guard let sample = Sample(of: timeline, load: load, phase: nil), sample.due > 0,
            objective.allowed > 0
        else { return nil }
        let seconds = RunSeconds(timeline, load: load)
        let window = objective.window.seconds
        self.objective = "\(objective.percent)"
        self.load = load
        windowDays = window / 86_400
        badShare = Double(sample.bad) / Double(sample.due)
        spent = badShare * timeline.end.seconds / (objective.allowed * window)
        alerts = BurnRateAlert.usual.map { alert in
            AlertFigures(
                severity: alert.severity,
                factor: alert.factor(budgetOf: window),
                longSeconds: alert.longWindow,
                shortSeconds: alert.shortWindow,
                ringsAtSeconds: seconds.rings(alert, of: objective, from: .zero, to: timeline.end)
                    .map(Double.init)
            )
        }
    }

    /// "error budget of 99.9 % in 30 days: 0.12 % spent; a pager would have rung 5 s after the start (14.4 × over 1 h)"
    package var words: String {
        let what = "\(objective) %" + (load.map { " of \($0)" } ?? "")
        let share = Words.percent(spent)
        let ring =
            page.map { page in
                "a pager would have rung \((page.ringsAtSeconds ?? 0).fixed(0)) s after the start "
                    + "(\(Self.trimmed(page.factor)) × the budget's rate over \(page.longSeconds / 3600) h)"
            } ?? "no pager would have rung"
        return "error budget of \(what) in \(Self.trimmed(windowDays)) days: this run spent \(share); \(ring)"
    }

    private static func trimmed(_ factor: Double) -> String {
        let text = factor.fixed(1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

/// What a pager watches: an objective and the window of its budget.
struct BudgetObjective: Equatable {
    /// 99.9
    let percent: ExactDecimal
    let window: Duration

    init(percent: ExactDecimal, window: Duration = AvailabilityTarget.usualWindow) {
        self.percent = percent
        self.window = window
    }

    init(_ target: AvailabilityTarget) {
        self.init(percent: target.objective, window: target.window)
    }

    /// u, 0 to 1.
    var allowed: Double { Nines.unavailability(percent: percent) }
}

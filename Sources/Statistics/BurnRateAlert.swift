/// A rule by which a pager rings: so much of an error budget burnt within a long window, and still burning in a short one (Google, SRE workbook, "Alerting on SLOs"; guides: slo 4.3).
///
///     burn = (bad / total) / u             burn 1: the window's budget is used up exactly
///     factor = budget share × its window / long window
package struct BurnRateAlert: Sendable, Equatable {
    package let severity: Severity
    /// Of the budget, 0 to 1.
    package let budgetShare: Double
    /// Seconds.
    package let longWindow: Int
    package let shortWindow: Int

    package enum Severity: String, Sendable, Codable {
        case page
        case ticket
    }

    /// How many times too fast the budget must burn.
    ///
    /// - Parameter seconds: the budget's window.
    package func factor(budgetOf seconds: Double) -> Double { budgetShare * seconds / Double(longWindow) }

    /// The four usual ones: of a budget of 30 days 14.4, 6, 3 and 1 times.
    package static let usual = [
        BurnRateAlert(severity: .page, budgetShare: 0.02, longWindow: 3600, shortWindow: 300),
        BurnRateAlert(severity: .page, budgetShare: 0.05, longWindow: 21_600, shortWindow: 1800),
        BurnRateAlert(severity: .ticket, budgetShare: 0.1, longWindow: 86_400, shortWindow: 7200),
        BurnRateAlert(severity: .ticket, budgetShare: 0.1, longWindow: 259_200, shortWindow: 21_600),
    ]
}

/// Seconds of a run as an alert sees them: before them the same rate was asked for long, and all of it was good.
package struct BurnRateWatch: Sendable {
    /// Sums from the first second on; the first entry is 0.
    private let due: [Int]
    private let bad: [Int]
    /// Requests a second.
    private let rate: Double

    /// - Parameters:
    ///   - seconds: that follow one another.
    ///   - rate: requests a second in the time before.
    package init(_ seconds: [(due: Int, bad: Int)], rate: Double) {
        var due = [0]
        var bad = [0]
        for second in seconds {
            due.append((due.last ?? 0) + second.due)
            bad.append((bad.last ?? 0) + second.bad)
        }
        self.due = due
        self.bad = bad
        self.rate = rate
    }

    /// After how many of the seconds it rings first, evaluated at each one's end; nil: it does not.
    ///
    /// - Parameters:
    ///   - allowed: u, the share of requests that may be bad, 0 to 1.
    ///   - seconds: the budget's window.
    package func rings(_ alert: BurnRateAlert, allowed: Double, budgetOf seconds: Double) -> Int? {
        let limit = alert.factor(budgetOf: seconds) * allowed
        return due.indices.dropFirst().first { second in
            isBurning(alert.longWindow, at: second, limit: limit)
                && isBurning(alert.shortWindow, at: second, limit: limit)
        }
    }

    private func isBurning(_ window: Int, at second: Int, limit: Double) -> Bool {
        let first = max(0, second - window)
        let before = rate * Double(max(0, window - second))
        let total = Double(due[second] - due[first]) + before
        let bad = Double(bad[second] - bad[first])
        return bad > 0 && bad >= limit * total
    }
}

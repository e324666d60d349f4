import Measures

/// One run in a line: what a list of runs shows and a trend is drawn from.
package struct RunSummary: Sendable, Codable, Equatable {
    /// The run's folder, by its name.
    package var folder: String
    package var experiment: String
    /// UTC, RFC 3339, of time zero.
    package var startedAt: String
    /// The same, seconds since 1970.
    package var started: Double
    /// Nil: not judged, since the run goes on or its coordinator died.
    package var outcome: Verdict.Outcome?
    package var exitCode: Int32?
    package var durationSeconds: Double
    /// Of all loads together.
    package var due: Int
    package var good: Int
    /// False: of a verdict from before response times of whole runs were written.
    package var hasTimes: Bool
    /// Of the slowest load, over the whole run; nil: infinite, or not known.
    package var p50Milliseconds: Double?
    package var p99Milliseconds: Double?

    /// Nil: nothing was due.
    package var availability: Double? { due > 0 ? Double(good) / Double(due) : nil }

    /// "1.06 ms", "∞", "–": of one of its times.
    package func words(_ milliseconds: Double?) -> String {
        guard hasTimes, due > 0 else { return "–" }
        return milliseconds.map { Duration(nanoseconds: Int64(min(9e18, $0 * 1e6))).rounded } ?? "∞"
    }

    /// In percent, 100 % only when nothing was bad.
    package var goodWords: String { Words.goodPercent(bad: due - good, of: due) }

    package init(
        folder: String,
        experiment: String,
        startedAt: String,
        started: Double,
        outcome: Verdict.Outcome?,
        exitCode: Int32?,
        durationSeconds: Double,
        due: Int,
        good: Int,
        hasTimes: Bool,
        p50Milliseconds: Double?,
        p99Milliseconds: Double?
    ) {
        self.folder = folder
        self.experiment = experiment
        self.startedAt = startedAt
        self.started = started
        self.outcome = outcome
        self.exitCode = exitCode
        self.durationSeconds = durationSeconds
        self.due = due
        self.good = good
        self.hasTimes = hasTimes
        self.p50Milliseconds = p50Milliseconds
        self.p99Milliseconds = p99Milliseconds
    }

    /// - Parameters:
    ///   - planned: seconds; what a run without a verdict is said to last.
    ///   - verdict: nil: not judged.
    package init(
        folder: String,
        experiment: String,
        startedAt: String,
        started: Double,
        planned: Double,
        verdict: Verdict?
    ) {
        let phases = verdict?.phases ?? []
        let loads = verdict?.loads ?? []
        let slowest = { (times: [Double?]) in times.contains(nil) ? nil : times.compactMap { $0 }.max() }
        self.init(
            folder: folder,
            experiment: experiment,
            startedAt: startedAt,
            started: started,
            outcome: verdict?.outcome,
            exitCode: verdict?.exitCode,
            durationSeconds: phases.map(\.endSeconds).max() ?? planned,
            due: phases.reduce(0) { $0 + $1.due },
            good: phases.reduce(0) { $0 + $1.good },
            hasTimes: verdict?.loads != nil,
            p50Milliseconds: slowest(loads.map(\.p50Milliseconds)),
            p99Milliseconds: slowest(loads.map(\.p99Milliseconds))
        )
    }
}

import Measures
import Statistics
import Timeline

/// The seconds of a run, of one load or of all, for what watches it second by second.
struct RunSeconds {
    private let seconds: [(due: Int, bad: Int)]
    /// Requests a second over the run.
    let rate: Double

    /// - Parameter load: nil: all loads together.
    init(_ timeline: Timeline, load: String? = nil) {
        let loads = timeline.loads(named: load)
        var seconds = Array(repeating: (due: 0, bad: 0), count: loads.map(\.slices.count).max() ?? 0)
        for load in loads {
            for (index, slice) in load.slices.enumerated() {
                seconds[index].due += slice.due
                seconds[index].bad += slice.due - slice.good
            }
        }
        self.seconds = seconds
        let due = seconds.reduce(0) { $0 + $1.due }
        rate = timeline.end > .zero ? Double(due) / timeline.end.seconds : 0
    }

    /// When an alert rings first, seconds after time zero, if what came before the window had been good.
    ///
    /// - Parameters:
    ///   - start: the window begins with the second that holds it …
    ///   - end: … and ends with the last second that begins before it.
    func rings(
        _ alert: BurnRateAlert,
        of objective: BudgetObjective,
        from start: Instant,
        to end: Instant
    ) -> Int? {
        let first = Int(max(0, start.nanoseconds) / 1_000_000_000)
        let last = min(seconds.count, end.sinceZero.secondsUp)
        guard first < last else { return nil }
        let watch = BurnRateWatch(Array(seconds[first..<last]), rate: rate)
        return watch.rings(alert, allowed: objective.allowed, budgetOf: objective.window.seconds)
            .map { first + $0 }
    }
}

import BenchSupport
import ClockSync
import Measures
import ReferenceTime
import Synchronization

/// What exchanges said against a known truth: errors and bounds in nanoseconds.
final class ProbeSamples: Sendable {
    struct Row {
        var errors: [Int64] = []
        var bounds: [Int64] = []
        var violations = 0

        init(_ rows: [Row] = []) {
            errors = rows.flatMap(\.errors)
            bounds = rows.flatMap(\.bounds)
            violations = rows.map(\.violations).reduce(0, +)
        }

        mutating func add(_ limits: ClosedRange<Int64>, truth: Int64) {
            let middle = limits.lowerBound + (limits.upperBound - limits.lowerBound) / 2
            errors.append(abs(middle - truth))
            bounds.append(limits.upperBound - middle)
            if !limits.contains(truth) { violations += 1 }
        }

        func line(_ what: String) -> String {
            let (errors, bounds) = (errors.sorted(), bounds.sorted())
            guard !errors.isEmpty else { return "  \(pad(what, ProbeSamples.columns)) nothing came back" }
            let at = { (values: [Int64], share: Double) in
                pad(
                    (Double(values[min(values.count - 1, Int(Double(values.count) * share))]) / 1000).fixed(
                        2
                    ),
                    9
                )
            }
            return "  \(pad(what, ProbeSamples.columns))" + at(errors, 0.5) + at(errors, 0.99) + at(errors, 1)
                + " | "
                + at(bounds, 0.5) + at(bounds, 0.99) + at(bounds, 1) + " | \(violations)/\(errors.count)"
        }
    }

    fileprivate static let columns = 62

    static let head =
        "  \(pad("µs", columns))" + ["err p50", "p99", "max"].map { pad($0, 10) }.joined() + " | "
        + ["bound p50", "p99", "max"].map { pad($0, 10) }.joined() + " | violations"

    private struct State {
        var clock: TwoTierClock
        var raw = Row()
        var interval = Row()
        var stamped = 0
        var complete = 0
    }

    private let truth: Int64
    private let settling = 64
    private let state: Mutex<State>

    init(truth: Int64 = 0, driftPPM: Int64 = 200) {
        self.truth = truth
        state = Mutex(State(clock: TwoTierClock(driftPPM: driftPPM)))
    }

    /// Every finding is held against the truth; the rows have one sample an exchange, when all of it is known.
    func add(_ finding: ProbeLedger.Finding) {
        let exchange = finding.exchange
        let width = exchange.granularity + exchange.slewHalfWidth
        let low = exchange.answered - exchange.returned - width
        let high = exchange.received - exchange.sent + width
        state.withLock { state in
            let outcome = state.clock.add(exchange, isRefined: !finding.isFirst)
            guard low <= truth, truth <= high, outcome != .alarm,
                let limits = state.clock.interval.limits(at: exchange.returned)
            else {
                state.raw.violations += 1
                return
            }
            if !limits.contains(truth) { state.interval.violations += 1 }
            guard finding.isComplete else { return }
            state.complete += 1
            if finding.isKernels { state.stamped += 1 }
            state.raw.add(low...high, truth: truth)
            // What one of a first few exchanges leaves is not how well the clock is known afterwards.
            if state.complete > settling { state.interval.add(limits, truth: truth) }
        }
    }

    var raw: Row { state.withLock { $0.raw } }
    var interval: Row { state.withLock { $0.interval } }
    var complete: Int { state.withLock { $0.complete } }
    /// Share of exchanges with four kernel stamps.
    var stamped: Double { state.withLock { Double($0.stamped) / Double(max(1, $0.complete)) } }
}

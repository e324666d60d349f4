import Measures
import Recording
package import Timeline

/// What users feel just now, for the live line only. By the second in which an outcome became known: a stall is seen
/// while it lasts, by those that wait, and not only when it is over. Memory for a few seconds, whatever the rate.
struct LiveFigures {
    /// Percentiles and errors are of so many seconds.
    static let window: Int64 = 5

    private struct Second {
        var due = 0
        var ended = 0
        var good = 0
        var latencies = LatencyTable()
        var errors: [String: Int] = [:]
        var lateness: Duration = .zero
    }

    private var seconds: [Int64: Second] = [:]
    private var offered = 0
    private var completed = 0
    /// Seconds before it are forgotten.
    private var oldest = Int64.min

    /// `fault`: why it was bad; nil: it was good.
    mutating func add(_ exchange: Exchange, fault: String?) {
        let second = Self.second(of: exchange.done)
        guard second >= oldest else { return }
        seconds[second, default: Second()].ended += 1
        if let fault {
            seconds[second, default: Second()].errors[fault, default: 0] += 1
        } else {
            seconds[second, default: Second()].good += 1
        }
        if exchange.outcome.certainty == .answered {
            seconds[second, default: Second()].latencies.record(exchange.responseTime)
        }
    }

    /// A generator's account of the interval that ended at this instant.
    mutating func add(_ reading: GeneratorReading, at instant: Instant) {
        offered += reading.offered
        completed += reading.completed
        // An interval ends at a whole second or within it, and is of the time before.
        let second = Self.second(of: Instant(nanoseconds: instant.nanoseconds - 1))
        guard second >= oldest else { return }
        seconds[second, default: Second()].due += reading.offered
        let late = Duration(nanoseconds: reading.latenessP99Nanoseconds)
        let before = seconds[second, default: Second()].lateness
        seconds[second, default: Second()].lateness = max(before, late)
    }

    /// The window that ends with this second; what is older than it is forgotten.
    mutating func figures(until second: Int64) -> LiveWindow {
        oldest = second - Self.window + 1
        seconds = seconds.filter { $0.key >= oldest }
        var window = LiveWindow()
        for (number, figures) in seconds where number <= second {
            window.ended += figures.ended
            window.good += figures.good
            window.latencies.merge(figures.latencies)
            window.errors.merge(figures.errors, uniquingKeysWith: +)
            window.lateness = max(window.lateness, figures.lateness)
        }
        window.duePerSecond = seconds[second]?.due ?? 0
        window.endedPerSecond = seconds[second]?.ended ?? 0
        window.waiting = max(0, offered - completed)
        return window
    }

    private static func second(of instant: Instant) -> Int64 {
        max(0, instant.nanoseconds) / 1_000_000_000
    }
}

package struct LiveWindow: Sendable, Equatable {
    /// In the window's last second.
    package var duePerSecond = 0
    package var endedPerSecond = 0
    /// Whose outcome became known in the window.
    package var ended = 0
    package var good = 0
    /// Of those that were answered.
    package var latencies = LatencyTable()
    /// Those that were not good, by why.
    package var errors: [String: Int] = [:]
    /// The generator's own, p99 of the worst reading.
    package var lateness: Duration = .zero
    /// Due, and without an outcome yet, as far as has been told.
    package var waiting = 0

    package init() {}

    /// Of all in the window: what was not answered counts as infinitely slow. nil: infinite, or nothing ended.
    package func time(atQuantile quantile: Double) -> Duration? {
        latencies.bounds(atQuantile: quantile, of: ended)?.upperBound
    }
}

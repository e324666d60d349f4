import BenchSupport
import Faults
import Measures

struct FloodFigures {
    let sent: Int
    let arrived: Int
    let nanoseconds: Int64
    let queue: QueueStatistics?

    /// Packets that arrive in a second.
    var rate: Double { Double(arrived) * 1e9 / Double(nanoseconds) }

    var words: String {
        let rate = { (count: Int) in "\(Int(Double(count) * 1e9 / Double(nanoseconds)))/s" }
        var words = "sent \(pad(rate(sent), 12)) arrived \(rate(arrived))"
        if let queue { words += ", through the engine \(rate(Int(queue.received)))" }
        return words
    }
}

struct TimeFigures {
    /// Nanoseconds, ascending.
    let times: [Int64]
    let asked: Int
    let queue: QueueStatistics?

    func quantile(_ part: Double) -> Int64 {
        times.isEmpty ? 0 : times[min(times.count - 1, Int(Double(times.count) * part))]
    }

    func less(_ nanoseconds: Int64) -> TimeFigures {
        TimeFigures(times: times.map { $0 - nanoseconds }, asked: asked, queue: queue)
    }

    var words: String {
        "p50 \(micro(quantile(0.5)))  p99 \(micro(quantile(0.99)))  max \(micro(times.last ?? 0)), "
            + "\(times.count) of \(asked)"
    }

    /// The engine's own account.
    var engine: String {
        guard let queue else { return "-" }
        let text = { (part: Double) in queue.lateness.quantile(part).map { micro($0.nanoseconds) } ?? "-" }
        return "p50 \(text(0.5))  p99 \(text(0.99)), at most \(queue.mostHeld) held"
    }
}

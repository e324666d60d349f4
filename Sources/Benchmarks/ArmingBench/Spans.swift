import BenchSupport
import Measures

/// Times from request to effect, nanoseconds, ascending; at least one.
struct Spans {
    private let times: [Int64]

    init(_ times: [Int64]) { self.times = times.sorted() }

    var median: Double { Double(times[times.count / 2]) }

    /// One line of a table. `than`: what it is compared with.
    func line(_ what: String, than ours: Spans? = nil) -> String {
        let text = { (value: Int64) in pad("\((Double(value) / 1000).fixed(0)) µs", 12) }
        let ratio = ours.map { "\((median / max(1, $0.median)).fixed(1)) times as long" } ?? ""
        return "    \(pad(what, 44)) median \(text(times[times.count / 2])) least \(text(times[0])) "
            + "most \(text(times[times.count - 1])) \(ratio)"
    }
}

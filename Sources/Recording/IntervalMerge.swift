import Measures

/// Puts the histograms of a load's senders together, second by second: latency.hlog has one line for each, whoever sent.
/// A second is given out when every sender has told of a later one or has ended, at last by `finish`.
package struct IntervalMerge: Sendable {
    private struct Second {
        var start: Instant
        var end: Instant
        var histogram: LatencyHistogram
    }

    /// By sender, the last second that it told of.
    private var told: [String: Int64] = [:]
    private var over: Set<String> = []
    private let senders: Set<String>
    private var seconds: [Int64: Second] = [:]

    package init(senders: some Sequence<String>) {
        self.senders = Set(senders)
    }

    /// What is whole by now, in order.
    package mutating func add(_ entry: HistogramLog.Entry, from sender: String) -> [HistogramLog.Entry] {
        let number = entry.start.nanoseconds / 1_000_000_000
        let end = entry.start + entry.length
        if var second = seconds[number] {
            second.start = min(second.start, entry.start)
            second.end = max(second.end, end)
            second.histogram.merge(entry.histogram)
            seconds[number] = second
        } else {
            seconds[number] = Second(start: entry.start, end: end, histogram: entry.histogram)
        }
        told[sender] = max(told[sender] ?? number, number)
        return whole()
    }

    /// This sender tells no more.
    package mutating func end(_ sender: String) -> [HistogramLog.Entry] {
        over.insert(sender)
        return whole()
    }

    /// All that is left.
    package mutating func finish() -> [HistogramLog.Entry] { take { _ in true } }

    private mutating func whole() -> [HistogramLog.Entry] {
        let waiting = senders.subtracting(over)
        // A sender that has told nothing yet may tell of any second.
        let until = waiting.map { told[$0] ?? .min }.min() ?? .max
        return take { $0 < until }
    }

    private mutating func take(_ isWhole: (Int64) -> Bool) -> [HistogramLog.Entry] {
        let numbers = seconds.keys.filter(isWhole).sorted()
        return numbers.compactMap { number in
            seconds.removeValue(forKey: number).map { second in
                HistogramLog.Entry(
                    load: nil,
                    start: second.start,
                    length: second.end - second.start,
                    histogram: second.histogram
                )
            }
        }
    }
}

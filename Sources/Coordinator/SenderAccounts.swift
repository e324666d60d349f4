import Measures
import Plan
import Recording

/// What the hosts that send a run's loads have told so far: who has ended, and what of latency.hlog waits for others.
struct SenderAccounts {
    private struct Sender: Hashable {
        let load: String
        let host: String
    }

    /// Those that have not told all.
    private var waiting: Set<Sender>
    private let places: [Sender: UInt8]
    /// Of loads that several hosts send.
    private var merges: [String: IntervalMerge] = [:]

    init(_ loads: [LoadPlan]) {
        var places: [Sender: UInt8] = [:]
        for load in loads {
            for (place, host) in load.senders.hosts.enumerated() {
                places[Sender(load: load.name, host: host)] = UInt8(truncatingIfNeeded: place)
            }
            if load.senders.hosts.count > 1 { merges[load.name] = IntervalMerge(senders: load.senders.hosts) }
        }
        self.places = places
        waiting = Set(places.keys)
    }

    var areFinished: Bool { waiting.isEmpty }

    /// As its blocks have it; nil: this host does not send the load.
    func place(of load: String, on host: String) -> UInt8? { places[Sender(load: load, host: host)] }

    /// Several hosts send it: their lines wait for one another.
    func isMerged(_ load: String) -> Bool { merges[load] != nil }

    /// Lines of latency.hlog that can be written now.
    mutating func merged(_ lines: String, of load: String, from host: String) -> String {
        guard merges[load] != nil else { return lines }
        return HistogramLog.entries(lines).map { entry in
            text(merges[load]?.add(entry, from: host) ?? [], of: load)
        }.joined()
    }

    /// The same, when a host has told all of a load.
    mutating func finish(_ load: String, on host: String) -> String {
        waiting.remove(Sender(load: load, host: host))
        return text(merges[load]?.end(host) ?? [], of: load)
    }

    /// The same, when nobody tells any more.
    mutating func rest() -> String {
        merges.keys.sorted().map { load in text(merges[load]?.finish() ?? [], of: load) }.joined()
    }

    private func text(_ entries: [HistogramLog.Entry], of load: String) -> String {
        entries.map {
            HistogramLog.line(load: load, start: $0.start, length: $0.length, histogram: $0.histogram)
        }.joined()
    }
}

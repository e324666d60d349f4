import Measures
import Plan
import Recording
import Timeline

/// Golden signals of one load as one host sends it.
struct LoadMeter: Sendable {
    private(set) var outcomes: [String: UInt64] = [:]
    private(set) var good: UInt64 = 0
    private(set) var due: UInt64 = 0
    private(set) var completed: UInt64 = 0
    private(set) var neverSent: UInt64 = 0
    private(set) var retries: UInt64 = 0
    private(set) var times = Distribution()
    /// Seconds, of the last reading.
    private(set) var lateness = 0.0

    /// Outcomes that are told apart: a server may answer with any status.
    private static let mostOutcomes = 40

    mutating func add(_ exchange: Exchange, isGood: Bool) {
        let label = exchange.outcome.label
        let known = outcomes[label] != nil || outcomes.count < Self.mostOutcomes
        outcomes[known ? label : "other", default: 0] += 1
        if isGood { good += 1 }
        if exchange.outcome == .dropped { neverSent += 1 }
        times.record(
            seconds: exchange.outcome.certainty == .answered ? exchange.responseTime.seconds : nil
        )
    }

    mutating func add(_ reading: GeneratorReading) {
        due += UInt64(max(0, reading.offered))
        completed += UInt64(max(0, reading.completed))
        retries += UInt64(max(0, reading.retries ?? 0))
        lateness = Double(reading.latenessP99Nanoseconds) / 1e9
    }

    /// Due, and without an outcome yet.
    var inFlight: UInt64 { due > completed ? due - completed : 0 }
}

/// Loads of all hosts, as families.
struct LoadMeters: Sendable {
    struct Key: Hashable, Sendable, Comparable {
        let host: String
        let load: String

        static func < (one: Key, other: Key) -> Bool {
            (one.load, one.host) < (other.load, other.host)
        }

        var labels: [MetricLabel] { [MetricLabel("host", host), MetricLabel("load", load)] }
    }

    private var meters: [Key: LoadMeter] = [:]

    /// Of an agent that serves run after run; loads beyond share one series.
    private static let most = 256

    subscript(host: String, load: String) -> LoadMeter {
        get { meters[key(host, load)] ?? LoadMeter() }
        _modify { yield &meters[key(host, load), default: LoadMeter()] }
    }

    private func key(_ host: String, _ load: String) -> Key {
        let key = Key(host: host, load: load)
        return meters[key] != nil || meters.count < Self.most ? key : Key(host: host, load: "other")
    }

    var families: [MetricFamily] {
        let sorted = meters.sorted { $0.key < $1.key }
        func samples(_ value: (LoadMeter) -> MetricValue) -> [MetricSample] {
            sorted.map { MetricSample(value($0.value), $0.key.labels) }
        }
        let outcomes = sorted.flatMap { key, meter in
            meter.outcomes.sorted { $0.key < $1.key }.map { outcome, count in
                MetricSample(.count(count), key.labels + [MetricLabel("outcome", outcome)])
            }
        }
        return [
            MetricFamily(
                "faultline_requests",
                .counter,
                "Requests of a load whose outcome is known, by outcome.",
                outcomes
            ),
            MetricFamily(
                "faultline_requests_good",
                .counter,
                "Requests that were good by the load's own measure.",
                samples { .count($0.good) }
            ),
            MetricFamily(
                "faultline_requests_due",
                .counter,
                "Requests that became due, sent or not.",
                samples { .count($0.due) }
            ),
            MetricFamily(
                "faultline_requests_never_sent",
                .counter,
                "Requests that were due and never sent.",
                samples { .count($0.neverSent) }
            ),
            MetricFamily(
                "faultline_requests_retried",
                .counter,
                "Requests sent again; not among those that were due.",
                samples { .count($0.retries) }
            ),
            MetricFamily(
                "faultline_requests_in_flight",
                .gauge,
                "Requests that are due and have no outcome yet.",
                samples { .count($0.inFlight) }
            ),
            MetricFamily(
                "faultline_response_time",
                .histogram,
                unit: "seconds",
                "From the intended start to the outcome; what was not answered counts in +Inf, and not in the sum.",
                samples { .distribution($0.times) }
            ),
            MetricFamily(
                "faultline_send_lateness_p99",
                .gauge,
                unit: "seconds",
                "The generator's own lateness in its last reading, p99.",
                samples { .number($0.lateness) }
            ),
        ]
    }
}

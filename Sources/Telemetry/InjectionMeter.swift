package import Impairments
import Recording
package import Schedule

/// What became of injections, by host and kind.
struct InjectionMeter: Sendable {
    private struct Key: Hashable, Comparable {
        let host: String
        let kind: String

        static func < (one: Key, other: Key) -> Bool { (one.host, one.kind) < (other.host, other.kind) }
    }

    private struct Counts {
        var armed: UInt64 = 0
        var started: UInt64 = 0
        var healed: UInt64 = 0
        var refused: UInt64 = 0
        var failed: UInt64 = 0
        var inForce: UInt64 = 0
    }

    private var counts: [Key: Counts] = [:]
    /// By host, ids of those that act.
    private var acting: [String: Set<String>] = [:]
    private var kinds: [String: String] = [:]
    /// By host.
    private var notHealed: [String: UInt64] = [:]

    /// Faults of a run whose kind is known; of those beyond it is "other".
    private static let most = 10_000

    mutating func name(_ kind: String, of fault: String) {
        if kinds.count < Self.most { kinds[fault] = kind }
    }

    /// A run ended: nothing of it acts any more, and its faults' names are free. `differences`: what did not go back.
    mutating func close(host: String, differences: Int) {
        for key in counts.keys where key.host == host { counts[key]?.inForce = 0 }
        acting[host] = nil
        countNotHealed(differences, on: host)
    }

    mutating func closeAll() {
        for key in counts.keys { counts[key]?.inForce = 0 }
        acting = [:]
    }

    mutating func countNotHealed(_ differences: Int, on host: String) {
        notHealed[host, default: 0] += UInt64(max(0, differences))
    }

    mutating func add(_ event: InjectionEvent, on host: String) {
        let key = key(event.fault, host)
        switch event.step {
        case .armed: counts[key, default: Counts()].armed += 1
        case .started:
            counts[key, default: Counts()].started += 1
            if acting[host, default: []].insert(event.fault).inserted {
                counts[key, default: Counts()].inForce += 1
            }
        case .ended: end(event.fault, key)
        case .healed:
            counts[key, default: Counts()].healed += 1
            end(event.fault, key)
        case .failed: counts[key, default: Counts()].failed += 1
        case .verified: break
        }
    }

    mutating func add(_ arming: Arming, on host: String) {
        if arming.state == .refused { counts[key(arming.fault, host), default: Counts()].refused += 1 }
    }

    private mutating func end(_ fault: String, _ key: Key) {
        guard acting[key.host]?.remove(fault) != nil else { return }
        counts[key, default: Counts()].inForce -= 1
    }

    private func key(_ fault: String, _ host: String) -> Key {
        Key(host: host, kind: kinds[fault] ?? "other")
    }

    var families: [MetricFamily] {
        let sorted = counts.sorted { $0.key < $1.key }
        func family(_ name: String, _ kind: MetricFamily.Kind, _ help: String, _ value: (Counts) -> UInt64)
            -> MetricFamily
        {
            MetricFamily(
                "faultline_injections_\(name)",
                kind,
                help,
                sorted.map { key, counts in
                    MetricSample(
                        .count(value(counts)),
                        [MetricLabel("host", key.host), MetricLabel("kind", key.kind)]
                    )
                }
            )
        }
        return [
            family("in_force", .gauge, "Injections that act now, by kind.") { $0.inForce },
            family("armed", .counter, "Injections that were armed.") { $0.armed },
            family("started", .counter, "Injections that began to act.") { $0.started },
            family("healed", .counter, "Injections that were removed and read back.") { $0.healed },
            family("refused", .counter, "Injections not begun for the clock's bound.") { $0.refused },
            family("failed", .counter, "Steps of injections that failed.") { $0.failed },
            MetricFamily(
                "faultline_injections_not_healed",
                .counter,
                "Differences to the state before that were left when a run ended.",
                notHealed.sorted { $0.key < $1.key }.map {
                    MetricSample(.count($0.value), [MetricLabel("host", $0.key)])
                }
            ),
        ]
    }
}

extension Impairment {
    /// What it mostly does, in a word of the experiment file.
    package var kindName: String {
        if latency > .zero { return "delay" }
        if loss != .none { return "loss" }
        if rate != nil { return "rate" }
        if duplicate != .never { return "duplicate" }
        if corrupt != .never { return "corrupt" }
        return reordering != nil ? "reorder" : "other"
    }
}

extension ScheduledFault.Action {
    /// In a word of the experiment file; an agent's own word for the same fault is the same.
    package var kindName: String {
        switch self {
        case .impairment(_, _, let asked, _): asked.kindName
        case .partition: "partition"
        case .reset: "reset"
        case .kill: "kill"
        case .pause: "pause"
        case .restart: "restart"
        case .stress: "stress"
        case .limit: "limit"
        }
    }
}

import Measures
import Schedule
import Timeline

/// Latencies between captured hosts, by way and second.
struct WayTallies {
    private struct Way: Hashable {
        let from: Int
        let to: Int
    }

    private static let second: Int64 = 1_000_000_000

    private var tallies: [Way: [Int64: WayTally]] = [:]

    /// `time`: nanoseconds of the axis at which the packet left. What left before its beginning, or took as long as nothing
    /// can, is left out.
    mutating func add(_ latency: Int64, bound: Int64, from: Int, to: Int, at time: Int64) {
        guard time >= 0, Nanoseconds.arePlausible(latency, bound, time) else { return }
        tallies[Way(from: from, to: to), default: [:]][time / Self.second, default: WayTally()]
            .add(latency, bound: bound)
    }

    /// In the order of names.
    func finish(hosts: [String], phases: [Phase]) -> [RequestWay] {
        tallies.map { way, seconds in
            RequestWay(
                from: hosts[way.from],
                to: hosts[way.to],
                seconds: seconds.sorted { $0.key < $1.key }.compactMap { number, tally in
                    tally.latency.map { latency in
                        RequestSecond(
                            start: Instant(nanoseconds: number * Self.second),
                            end: Instant(nanoseconds: (number + 1) * Self.second),
                            latency: latency
                        )
                    }
                },
                phases: phases
            )
        }
        .sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    }
}

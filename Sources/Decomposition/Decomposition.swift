import Measures
package import Schedule
package import Timeline

/// Where the time of a run's requests went.
package struct Decomposition: Sendable {
    /// Loads that have a split exchange, or could have had one, in the plan's order.
    package let loads: [LoadSplit]
    /// Both ways of each two hosts between which a request was split, in the order of names.
    package let ways: [RequestWay]

    package init(loads: [LoadSplit], ways: [RequestWay]) {
        self.loads = loads
        self.ways = ways
    }
}

package struct LoadSplit: Sendable {
    package let name: String
    /// The hosts that send it.
    package let clients: [String]
    /// Captured hosts that answered, by name.
    package let servers: [String]
    package let phases: [PhaseSplit]

    package init(name: String, clients: [String], servers: [String], phases: [PhaseSplit]) {
        self.name = name
        self.clients = clients
        self.servers = servers
        self.phases = phases
    }
}

/// The exchanges of one phase, by intended start.
package struct PhaseSplit: Sendable {
    package var phase: Phase
    package var split = 0
    package var unsplit: [Unsplit: Int] = [:]
    /// Of the exchanges that were split, for each `Part` in its order.
    package var parts = Part.allCases.map { PartFigures(part: $0) }
    /// Response times of the same exchanges: for each of them the sum of its parts.
    package var responseTimes = LatencyTable()
    package var responseSum: Int64 = 0

    package init(phase: Phase) {
        self.phase = phase
    }

    package subscript(part: Part) -> PartFigures { parts[part.rawValue] }

    /// Of the response times; as `PartFigures.quantile`.
    package func responseTime(atQuantile share: Double) -> Duration? {
        responseTimes.middle(atQuantile: share)
    }

    /// nil when none was split.
    package var meanResponseTime: Duration? {
        split > 0 ? Duration(nanoseconds: responseSum / Int64(split)) : nil
    }

    mutating func add(_ split: Split) {
        self.split += 1
        for part in Part.allCases { parts[part.rawValue].add(split[part], bound: split.bound(part)) }
        responseTimes.record(nanoseconds: split.total)
        responseSum += split.total
    }
}

package struct PartFigures: Sendable {
    package let part: Part
    package var lengths = LatencyTable()
    /// Nanoseconds. The sums of all parts are the sum of the response times.
    package var sum: Int64 = 0
    package var boundSum: Int64 = 0
    /// How many were shorter than their bound.
    package var belowBound = 0
    /// Names of the faults that may have held packets, or the process, in this part while the phase lasted.
    package var faults: [String] = []

    package init(part: Part) {
        self.part = part
    }

    mutating func add(_ length: Int64, bound: Int64) {
        lengths.record(nanoseconds: length)
        sum += length
        boundSum += bound
        if abs(length) < bound { belowBound += 1 }
    }

    package var mean: Duration? { share(of: sum) }
    package var meanBound: Duration? { share(of: boundSum) }

    /// Most of them are shorter than their bound: what is printed may be nothing.
    package var isBelowResolution: Bool { 2 * belowBound > lengths.count }

    /// The middle of the bucket that holds it: within 0.4 %. nil when nothing was split.
    package func quantile(_ share: Double) -> Duration? { lengths.middle(atQuantile: share) }

    private func share(of sum: Int64) -> Duration? {
        lengths.count > 0 ? Duration(nanoseconds: sum / Int64(lengths.count)) : nil
    }
}

extension LatencyTable {
    fileprivate func middle(atQuantile share: Double) -> Duration? {
        guard let bucket = bounds(atQuantile: share) else { return nil }
        let (low, high) = (bucket.lowerBound.nanoseconds, bucket.upperBound.nanoseconds)
        return Duration(nanoseconds: low + (high - low) / 2)
    }
}

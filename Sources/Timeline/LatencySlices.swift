package import Measures
package import Recording
package import Schedule

/// Response times of one load by slices of each phase: what a bootstrap by blocks draws from. Every phase is divided into at
/// most 60 slices of at least 100 ms, all together into a few thousand, so memory does not grow with the length of a run.
package struct LatencySlices: Sendable {
    private let finder: PhaseFinder
    private let phases: [Phase]
    /// By phase.
    private let widths: [Int64]
    private var slices: [[Slice]]

    private struct Slice: Sendable {
        var due = 0
        var served = LatencyTable()
    }

    static let mostInPhase: Int64 = 60
    static let mostTogether: Int64 = 2400
    static let narrowest: Int64 = 100_000_000

    package init(_ phases: [Phase]) {
        self.phases = phases
        self.finder = PhaseFinder(phases)
        let most = max(4, min(Self.mostInPhase, Self.mostTogether / Int64(max(1, phases.count))))
        widths = phases.map { phase in
            let length = max(1, (phase.end - phase.start).nanoseconds)
            return max(Self.narrowest, (length + most - 1) / most)
        }
        slices = zip(phases, widths).map { phase, width in
            let length = max(1, (phase.end - phase.start).nanoseconds)
            return Array(repeating: Slice(), count: Int((length + width - 1) / width))
        }
    }

    /// - Parameter isServed: answered well, however late; anything else counts as infinitely slow.
    package mutating func add(_ exchange: Exchange, isServed: Bool) {
        guard !phases.isEmpty else { return }
        let phase = finder.index(of: exchange.intended)
        let offset = max(0, (exchange.intended - phases[phase].start).nanoseconds)
        let slice = Int(min(offset / widths[phase], Int64(slices[phase].count - 1)))
        slices[phase][slice].due += 1
        if isServed { slices[phase][slice].served.record(exchange.responseTime) }
    }

    /// The phases of this name, one stretch each; nil: no request was due in them.
    ///
    /// - Parameter end: of the run; what lies behind it was not reached.
    package func series(of name: String, until end: Instant) -> LatencySeries? {
        var lengths: [Int] = []
        var parts: [(due: Int, served: LatencyTable)] = []
        var width: Int64 = 0
        for index in phases.indices where phases[index].name == name && phases[index].start < end {
            let reached = (min(phases[index].end, end) - phases[index].start).nanoseconds
            let count = min(slices[index].count, Int((reached + widths[index] - 1) / widths[index]))
            parts += slices[index].prefix(count).map { ($0.due, $0.served) }
            lengths.append(count)
            width = max(width, widths[index])
        }
        guard parts.contains(where: { $0.due > 0 }) else { return nil }
        return LatencySeries(parts, lengths: lengths, width: Duration(nanoseconds: width))
    }
}

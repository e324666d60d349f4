import Measures
import Recording
package import Schedule

/// Readings of latency probes, until all clocks are known.
struct PathRecords: Sendable {
    private var readings: [ClockMesh.Pair: [(at: BoundedInstant, span: LocalSpan, reading: PathReading)]] =
        [:]

    /// Without stamps of its host a reading cannot be related to the clocks, and is left out.
    mutating func add(_ reading: PathReading, of event: RunEvent) {
        let counts = 0...1_000_000
        guard let span = event.local, span.isPlausible, event.at.isPlausible,
            [reading.sent, reading.answered, reading.lostOut, reading.lostBack].allSatisfy(counts.contains)
        else { return }
        readings[.init(host: event.host, peer: reading.peer), default: []].append((event.at, span, reading))
    }

    /// Both ways of each pair, in the order of names.
    func finish(mesh: ClockMesh, phases: [Phase]) -> [PathTimeline] {
        readings.flatMap { pair, found -> [PathTimeline] in
            // What was measured while the run was being set up belongs to no phase of it.
            let sorted = found.filter { $0.at.instant > .zero }.sorted { $0.at.instant < $1.at.instant }
            let out = sorted.map { second($0, isOut: true, mesh: mesh, pair) }
            let back = sorted.map { second($0, isOut: false, mesh: mesh, pair) }
            return [
                PathTimeline(from: pair.host, to: pair.peer, seconds: out, phases: phases),
                PathTimeline(from: pair.peer, to: pair.host, seconds: back, phases: phases),
            ]
        }
        .sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    }

    /// out = (T2 − T1) − θ and back = (T4 − T3) + θ, where θ = peer − host (clocks.md, section 8.8).
    private func second(
        _ found: (at: BoundedInstant, span: LocalSpan, reading: PathReading),
        isOut: Bool,
        mesh: ClockMesh,
        _ pair: ClockMesh.Pair
    ) -> PathSecond {
        let reading = found.reading
        let length = Duration(nanoseconds: found.span.to - found.span.from)
        let middle = found.at.instant
        let start = middle - length / 2
        var latency: PathLatency?
        if let spread = isOut ? reading.out : reading.back,
            let limits = limits(found.span, reading, mesh, pair)
        {
            let theta = limits.lowerBound + (limits.upperBound - limits.lowerBound) / 2
            let shift = isOut ? -theta : theta
            latency = PathLatency(
                least: Duration(nanoseconds: spread.least &+ shift),
                median: Duration(nanoseconds: spread.median &+ shift),
                p99: Duration(nanoseconds: spread.p99 &+ shift),
                bound: Duration(nanoseconds: limits.upperBound - theta)
            )
        }
        return PathSecond(
            start: start,
            end: start + length,
            sent: reading.sent,
            answered: reading.answered,
            lost: isOut ? reading.lostOut : reading.lostBack,
            latency: latency
        )
    }

    /// What the two said then, and what all clocks say: both hold.
    private func limits(
        _ span: LocalSpan,
        _ reading: PathReading,
        _ mesh: ClockMesh,
        _ pair: ClockMesh.Pair
    ) -> ClosedRange<Int64>? {
        let all = mesh.limits(of: pair, over: span)
        guard let low = reading.low, let high = reading.high, low <= high, low.isPlausible, high.isPlausible
        else { return all }
        guard let all else { return low...high }
        let (lower, upper) = (max(low, all.lowerBound), min(high, all.upperBound))
        // Where they contradict one another nothing is known of this second.
        return lower <= upper ? lower...upper : nil
    }
}

extension PathTimeline {
    /// Counts each phase from the seconds that lie within it.
    package init(from: String, to: String, seconds: [PathSecond], phases: [Phase]) {
        let plain = phases.map { phase in PathFigures(seconds.filter { $0.isWithin(phase) }) }
        let baseline = zip(phases, plain).first { phase, _ in phase.kind == .baseline }?.1.latency
        let byPhase = zip(phases, plain).map { phase, figures in
            phase.kind == .baseline ? figures : figures.compared(with: baseline)
        }
        self.init(from: from, to: to, seconds: seconds, byPhase: byPhase, floor: baseline)
    }
}

extension PathSecond {
    /// But for the milliseconds by which agents miss a whole second.
    fileprivate func isWithin(_ phase: Phase) -> Bool {
        let slack = (end - start) / 20
        return start + slack >= phase.start && end - slack <= phase.end
    }
}

extension PathFigures {
    fileprivate init(_ seconds: [PathSecond]) {
        let found = seconds.compactMap(\.latency)
        let medians = found.map(\.median).sorted()
        var latency: PathLatency?
        if let least = found.map(\.least).min(), let p99 = found.map(\.p99).max(),
            let bound = found.map(\.bound).max()
        {
            latency = PathLatency(
                least: least,
                median: medians[(medians.count - 1) / 2],
                p99: p99,
                bound: bound
            )
        }
        self.init(
            sent: seconds.reduce(0) { $0 + $1.sent },
            answered: seconds.reduce(0) { $0 + $1.answered },
            lost: seconds.reduce(0) { $0 + $1.lost },
            latency: latency,
            change: nil
        )
    }

    fileprivate func compared(with baseline: PathLatency?) -> PathFigures {
        guard let baseline, let latency else { return self }
        return PathFigures(
            sent: sent,
            answered: answered,
            lost: lost,
            latency: latency,
            change: Change(value: latency.median - baseline.median, bound: latency.bound + baseline.bound)
        )
    }
}

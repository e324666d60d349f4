package import Measures
package import Schedule

/// The way from one host to another over the run, as the packets of requests took it: from wire to wire. What either host
/// itself holds back is not in it, unlike in `PathTimeline`.
package struct RequestWay: Sendable, Equatable {
    package let from: String
    package let to: String
    /// In order; seconds in which no packet left are missing.
    package let seconds: [RequestSecond]
    /// Same indices as Timeline.phases.
    package let byPhase: [RequestFigures]
    /// The least of the baseline; nil when nothing was measured then.
    package let floor: Duration?

    /// Counts each phase from the seconds that lie within it.
    package init(from: String, to: String, seconds: [RequestSecond], phases: [Phase]) {
        let plain = phases.map { phase in RequestLatency(seconds.filter { $0.isWithin(phase) }) }
        let baseline = zip(phases, plain).first { phase, _ in phase.kind == .baseline }?.1
        self.from = from
        self.to = to
        self.seconds = seconds
        byPhase = zip(phases, plain).map { phase, latency in
            RequestFigures(latency, comparedWith: phase.kind == .baseline ? nil : baseline)
        }
        floor = baseline?.least
    }
}

/// One second of one way, by when the packets left.
package struct RequestSecond: Sendable, Equatable {
    /// On the axis.
    package let start: Instant
    package let end: Instant
    package let latency: RequestLatency

    package init(start: Instant, end: Instant, latency: RequestLatency) {
        self.start = start
        self.end = end
        self.latency = latency
    }

    fileprivate func isWithin(_ phase: Phase) -> Bool { start >= phase.start && end <= phase.end }
}

/// One-way latencies of the packets of a stretch of time.
package struct RequestLatency: Sendable, Equatable {
    package let count: Int
    package let least: Duration
    package let median: Duration
    package let greatest: Duration
    /// Half-width of the interval that certainly holds each of the three.
    package let bound: Duration

    package init(count: Int, least: Duration, median: Duration, greatest: Duration, bound: Duration) {
        self.count = count
        self.least = least
        self.median = median
        self.greatest = greatest
        self.bound = bound
    }

    /// The least of the seconds' least, the median of their medians, the greatest of all, the widest bound. Nil without a
    /// second.
    fileprivate init?(_ seconds: [RequestSecond]) {
        let found = seconds.map(\.latency)
        guard let least = found.map(\.least).min(), let greatest = found.map(\.greatest).max(),
            let bound = found.map(\.bound).max()
        else { return nil }
        self.init(
            count: found.reduce(0) { $0 + $1.count },
            least: least,
            median: found.map(\.median).sorted()[(found.count - 1) / 2],
            greatest: greatest,
            bound: bound
        )
    }
}

/// One way in one phase.
package struct RequestFigures: Sendable, Equatable {
    package let latency: RequestLatency?
    /// The median less the baseline's, with the bounds of both; nil for the baseline itself, and without either.
    package let change: PathFigures.Change?

    fileprivate init(_ latency: RequestLatency?, comparedWith baseline: RequestLatency?) {
        self.latency = latency
        guard let latency, let baseline else {
            change = nil
            return
        }
        change = PathFigures.Change(
            value: latency.median - baseline.median,
            bound: latency.bound + baseline.bound
        )
    }
}

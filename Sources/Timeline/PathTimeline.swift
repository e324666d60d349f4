package import Measures

/// The way from one host to another over the run, measured by latency probes between them.
package struct PathTimeline: Sendable, Equatable {
    package let from: String
    package let to: String
    /// In order; seconds without a reading are missing.
    package let seconds: [PathSecond]
    /// Same indices as Timeline.phases.
    package let byPhase: [PathFigures]
    /// Of the baseline: what is before any fault. Nil when nothing was answered then.
    package let floor: PathLatency?

    package init(
        from: String,
        to: String,
        seconds: [PathSecond],
        byPhase: [PathFigures],
        floor: PathLatency?
    ) {
        self.from = from
        self.to = to
        self.seconds = seconds
        self.byPhase = byPhase
        self.floor = floor
    }
}

/// One second of one way.
package struct PathSecond: Sendable, Equatable {
    /// On the axis.
    package let start: Instant
    package let end: Instant
    package let sent: Int
    package let answered: Int
    /// Proven to have been lost on this way; the other losses may have been on either.
    package let lost: Int
    /// Nil: no answer, or the clocks are not known.
    package let latency: PathLatency?

    package init(start: Instant, end: Instant, sent: Int, answered: Int, lost: Int, latency: PathLatency?) {
        self.start = start
        self.end = end
        self.sent = sent
        self.answered = answered
        self.lost = lost
        self.latency = latency
    }
}

/// One-way latencies of a stretch of time. All of them contain the same error of the clocks, so that their differences
/// are exact while the clocks keep step.
package struct PathLatency: Sendable, Equatable {
    package let least: Duration
    package let median: Duration
    package let p99: Duration
    /// Half-width of the interval that certainly holds each.
    package let bound: Duration

    package init(least: Duration, median: Duration, p99: Duration, bound: Duration) {
        self.least = least
        self.median = median
        self.p99 = p99
        self.bound = bound
    }
}

/// One way in one phase, from the seconds that lie within it.
package struct PathFigures: Sendable, Equatable {
    package let sent: Int
    package let answered: Int
    package let lost: Int
    /// The least of the seconds' least, the median of their medians, the greatest of their p99, the widest bound.
    package let latency: PathLatency?
    /// The median less the baseline's, with the bounds of both; nil for the baseline itself, and without either.
    package let change: Change?

    package struct Change: Sendable, Equatable {
        package let value: Duration
        package let bound: Duration

        package init(value: Duration, bound: Duration) {
            self.value = value
            self.bound = bound
        }
    }

    package init(sent: Int, answered: Int, lost: Int, latency: PathLatency?, change: Change?) {
        self.sent = sent
        self.answered = answered
        self.lost = lost
        self.latency = latency
        self.change = change
    }
}

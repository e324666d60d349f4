import Measures

/// When requests are due. Rates are arrivals per second.
package enum ArrivalProcess: Sendable, Equatable, Codable {
    /// Evenly spaced: the k-th arrival is due at k / rate.
    case constant(perSecond: Double)
    /// Exponential gaps with mean 1 / rate, from the run's seed.
    case poisson(perSecond: Double)
    /// The rate moves linearly from one value to the other over the run.
    case ramp(fromPerSecond: Double, toPerSecond: Double)
    /// One constant rate after the other; the last goes on until the end of the run. Never empty.
    case steps([RateStep])
    /// The rate swings around its mean, as between day and night; it starts at the mean and rises first.
    case sine(SineRate)
    /// As they were recorded or counted elsewhere.
    case trace(ArrivalTrace)
    /// So many users, each of whom asks, waits for the outcome, thinks and asks again: requests follow from outcomes. Only
    /// for comparison with tools that know no other.
    case closed(users: Int, think: ThinkTime)

    /// For people, wherever figures of such a load are shown; nil: an open model.
    package var closedWords: String? {
        guard case .closed(let users, let think) = self else { return nil }
        return
            "closed model: \(users) \(users == 1 ? "user" : "users"), \(think.text). A target that is slow is asked less, so "
            + "a stall hides itself in these figures"
    }

    /// Arrivals per second where there are most.
    package var highestPerSecond: Double {
        switch self {
        case .constant(let rate), .poisson(let rate): rate
        case .ramp(let from, let to): max(from, to)
        case .steps(let steps): steps.map(\.perSecond).max() ?? 0
        case .sine(let sine): sine.meanPerSecond + sine.amplitudePerSecond
        case .trace(let trace): trace.highestPerSecond
        // Of a target that answers at once.
        case .closed(let users, let think): Double(users) / max(1e-9, think.mean.seconds)
        }
    }
}

/// A stretch of one rate.
package struct RateStep: Sendable, Equatable, Codable {
    /// May be zero: a pause.
    package let perSecond: Double
    package let lasting: Duration

    package init(perSecond: Double, lasting: Duration) {
        self.perSecond = perSecond
        self.lasting = lasting
    }
}

/// λ(t) = mean + amplitude · sin(2π · t / period)
package struct SineRate: Sendable, Equatable, Codable {
    package let meanPerSecond: Double
    /// At most the mean.
    package let amplitudePerSecond: Double
    package let period: Duration

    package init(meanPerSecond: Double, amplitudePerSecond: Double, period: Duration) {
        self.meanPerSecond = meanPerSecond
        self.amplitudePerSecond = amplitudePerSecond
        self.period = period
    }
}

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

    /// Arrivals per second where there are most.
    package var highestPerSecond: Double {
        switch self {
        case .constant(let rate), .poisson(let rate): rate
        case .ramp(let from, let to): max(from, to)
        case .steps(let steps): steps.map(\.perSecond).max() ?? 0
        case .sine(let sine): sine.meanPerSecond + sine.amplitudePerSecond
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

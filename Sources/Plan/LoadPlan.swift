/// One stream of requests from one host.
package struct LoadPlan: Sendable, Equatable, Codable {
    package let name: String
    /// Where a load is sent from that has no lab.
    package static let thisHost = "this host"

    /// The host that sends.
    package let from: String
    package let request: HTTPRequestPlan
    package let arrivals: ArrivalProcess
    package let good: GoodCriterion
    /// Most connections open at once.
    package let connections: Int

    package init(
        name: String,
        from: String,
        request: HTTPRequestPlan,
        arrivals: ArrivalProcess,
        good: GoodCriterion,
        connections: Int
    ) {
        self.name = name
        self.from = from
        self.request = request
        self.arrivals = arrivals
        self.good = good
        self.connections = connections
    }
}

package struct HTTPRequestPlan: Sendable, Equatable, Codable {
    package let method: String
    package let address: HTTPAddress
    package let headers: [HTTPField]
    package let body: String
    /// From the actual send; beyond it the outcome is unknown.
    package let timeout: Duration

    package init(
        method: String,
        address: HTTPAddress,
        headers: [HTTPField],
        body: String,
        timeout: Duration
    ) {
        self.method = method
        self.address = address
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }
}

package struct HTTPField: Sendable, Equatable, Codable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// When requests are due. Rates are arrivals per second.
package enum ArrivalProcess: Sendable, Equatable, Codable {
    /// Evenly spaced: the k-th arrival is due at k / rate.
    case constant(perSecond: Double)
    /// Exponential gaps with mean 1 / rate, from the run's seed.
    case poisson(perSecond: Double)
    /// The rate moves linearly from one value to the other over the run.
    case ramp(fromPerSecond: Double, toPerSecond: Double)

    /// Arrivals per second where there are most.
    package var highestPerSecond: Double {
        switch self {
        case .constant(let rate), .poisson(let rate): rate
        case .ramp(let from, let to): max(from, to)
        }
    }

    /// Arrivals per second, on average over the run.
    package var meanPerSecond: Double {
        switch self {
        case .constant(let rate), .poisson(let rate): rate
        case .ramp(let from, let to): (from + to) / 2
        }
    }
}

/// What a user would call a good answer.
package struct GoodCriterion: Sendable, Equatable, Codable {
    /// HTTP status, both ends included.
    package let statuses: ClosedRange<UInt16>
    /// Response time from the intended start; nil: any.
    package let within: Duration?

    package init(statuses: ClosedRange<UInt16>, within: Duration?) {
        self.statuses = statuses
        self.within = within
    }
}

/// What "available" may mean (guides: slo 2.1 and 2.2). The same run has another share by each.
package enum AvailabilityDefinition: String, Sendable, Codable, CaseIterable {
    case requests
    case time
    case seconds
    case tenSeconds
    case minutes
    case users
    case downMinutes
    case errorMinutes
    case fiveMinuteErrorRates

    package var title: String {
        switch self {
        case .requests: "Requests"
        case .time: "Time"
        case .seconds: "Good seconds"
        case .tenSeconds: "Good 10 s windows"
        case .minutes: "Good minutes"
        case .users: "Users"
        case .downMinutes: "Whole down minutes"
        case .errorMinutes: "Minutes over 10 % errors"
        case .fiveMinuteErrorRates: "Mean of 5-minute error rates"
        }
    }

    package var sentence: String {
        switch self {
        case .requests: "good requests of all that were due; busy times weigh more"
        case .time: "not in an outage, from its first bad request until good for long enough"
        case .seconds, .tenSeconds, .minutes: "every request in it was good"
        case .users: "up time of users who are always there, one for each host that sends"
        case .downMinutes:
            "as in agreements of virtual machines: only whole minutes without any success are down, partial ones do not count"
        case .errorMinutes:
            "as in agreements of functions: of whole minutes with at least 100 attempts those with more errors are down"
        case .fiveMinuteErrorRates:
            "as in agreements of object stores: each period weighs the same, one without a request has no error"
        }
    }

    /// Seconds of a window in which every request must be good; nil: it has none.
    var window: Int? {
        switch self {
        case .seconds: 1
        case .tenSeconds: 10
        case .minutes: 60
        case .requests, .time, .users, .downMinutes, .errorMinutes, .fiveMinuteErrorRates: nil
        }
    }
}

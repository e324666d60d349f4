import Measures

/// How long a user of the closed model pauses between an outcome and the next request.
package enum ThinkTime: Sendable, Equatable, Codable {
    /// Zero: the next request follows at once, which finds the greatest rate.
    case constant(Duration)
    /// Exponential with this mean: users do not fall into step.
    case exponential(mean: Duration)

    package var mean: Duration {
        switch self {
        case .constant(let time), .exponential(let time): time
        }
    }
}

import Measures

/// How long a user of the closed model pauses between an outcome and the next request.
package enum ThinkTime: Sendable, Equatable, Codable {
    /// Zero: the next request follows at once, which finds the greatest rate.
    case constant(Duration)
    /// Exponential with this mean: users do not fall into step.
    case exponential(mean: Duration)

    /// For people.
    package var text: String {
        switch self {
        case .constant(.zero): "no think time"
        case .constant(let time): "think time \(time.text)"
        case .exponential(let mean): "exponential think times with a mean of \(mean.text)"
        }
    }

    package var mean: Duration {
        switch self {
        case .constant(let time), .exponential(let time): time
        }
    }
}

package import Measures

/// Stop and heal at once.
package enum GuardPlan: Sendable, Equatable, Codable {
    /// Good share of the requests due in the last `over` below `share`.
    case availabilityBelow(Share, over: Duration)
}

import Measures

/// How well the hosts' clocks must be known where a fault begins or ends.
package struct ClockBoundPlan: Sendable, Equatable {
    /// The widest half-width of the interval that holds a fault's edge, in reference time.
    package let limit: Duration
    package let beyond: Consequence

    package init(limit: Duration, beyond: Consequence) {
        self.limit = limit
        self.beyond = beyond
    }

    package enum Consequence: String, Sendable, CaseIterable {
        /// The fault acts, and the run is inconclusive (exit 3).
        case inconclusive
        /// The fault is not begun, and the run ends.
        case refuse
    }

    /// When the file says nothing: what a LAN's clocks hold for five seconds without an exchange (200 ppm).
    package static let usual = ClockBoundPlan(limit: .milliseconds(1), beyond: .inconclusive)
}

extension Reader {
    private static let limits = (least: Duration.microseconds(1), most: Duration.seconds(60))

    /// `clock-bound: 100us`, or `clock-bound: { limit: 100us, beyond: refuse }`.
    func clockBound(_ value: Value) -> ClockBoundPlan? {
        guard value.text == nil else {
            return limit(value).map { ClockBoundPlan(limit: $0, beyond: .inconclusive) }
        }
        guard let fields = Fields(value, "clock-bound", keys: ["limit", "beyond"], problems: problems) else {
            return nil
        }
        let words = ClockBoundPlan.Consequence.allCases.map(\.rawValue)
        let limit = fields.required("limit", "1ms").flatMap(limit)
        let beyond = optional(fields["beyond"], ClockBoundPlan.usual.beyond) {
            word($0, "beyond", of: words).flatMap(ClockBoundPlan.Consequence.init)
        }
        guard let limit, let beyond else { return nil }
        return ClockBoundPlan(limit: limit, beyond: beyond)
    }

    private func limit(_ value: Value) -> Duration? {
        duration(value, "clock-bound", from: Self.limits.least, to: Self.limits.most)
    }
}

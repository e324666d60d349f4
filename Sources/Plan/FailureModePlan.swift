package import Measures

/// A way in which the system fails in the field, and how often: what an experiment cannot know. Tied to a fault of this
/// experiment, whose measured cost it takes.
package struct FailureModePlan: Sendable, Equatable {
    /// For people: "primary lost".
    package let name: String
    /// A fault of this file.
    package let fault: String
    /// Outages in a period, above zero.
    package let rate: ExactDecimal
    package let period: Period
    /// Where the rate is from: "incident log 2024".
    package let source: String

    package init(name: String, fault: String, rate: ExactDecimal, period: Period, source: String) {
        self.name = name
        self.fault = fault
        self.rate = rate
        self.period = period
        self.source = source
    }

    /// A year has 365 days, a month is a twelfth of it.
    package enum Period: String, Sendable, CaseIterable {
        case year
        case month
        case week
        case day

        package var seconds: Int {
            switch self {
            case .year: 31_536_000
            case .month: 2_628_000
            case .week: 604_800
            case .day: 86_400
            }
        }
    }

    /// "4/year"
    package var rateText: String { "\(rate.plainText)/\(period.rawValue)" }

    /// The rate as the fewest whole outages in a whole number of periods: 4/year is 4 in a year, 0.5/year 1 in two.
    package var counted: (outages: Int, seconds: Int) {
        var periods = DecimalText.power(max(0, -rate.exponent))
        var outages = rate.significand * DecimalText.power(max(0, rate.exponent))
        var (left, right) = (outages, periods)
        while right != 0 { (left, right) = (right, left % right) }
        if left > 1 { (outages, periods) = (outages / left, periods / left) }
        return (Int(clamping: outages), Int(clamping: periods * Int128(period.seconds)))
    }
}

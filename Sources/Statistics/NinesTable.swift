package import Measures

/// What two to ten nines allow, and what each usually takes.
package enum NinesTable {
    package struct Row: Sendable, Equatable {
        package let nines: Int
        /// 99.9 for three.
        package let percent: ExactDecimal
        /// 0.001 for three.
        package let unavailability: ExactDecimal
        /// Rule of thumb from practice, not a derivation.
        package let usuallyTakes: String
        /// Nobody knows well; say so beside the text.
        package let isEstimate: Bool
    }

    package static let rows: [Row] = [
        row(2, "one host, restarted by hand"),
        row(3, "single region with basic failover"),
        row(4, "multi-region, health checks, automatic failover"),
        row(5, "every layer redundant, real-time monitoring, active-active"),
        row(6, "chaos engineering, automated canaries, sophisticated traffic management"),
        row(7, "few participants directly connected, static routing", isEstimate: true),
        row(8, "soft real-time kernels", isEstimate: true),
        row(9, "hard real-time kernels", isEstimate: true),
        row(10, "hardware only (very unclear)", isEstimate: true),
    ]

    /// The highest level that a percentage reaches: 99.95 is a row of three nines. nil below 99 %.
    package static func row(reachedBy percent: ExactDecimal) -> Row? {
        rows.last { $0.percent <= percent }
    }

    /// Downtime that this percentage allows in a period, in seconds, exact.
    package static func downtime(
        percent: ExactDecimal,
        in period: NinesPeriod
    ) throws(DecimalOverflow) -> ExactDecimal {
        let unavailability = try (100 - percent).divided(byPowerOfTen: 2)
        return try unavailability * ExactDecimal(period.seconds)
    }

    private static func row(_ nines: Int, _ usuallyTakes: String, isEstimate: Bool = false) -> Row {
        var hundred: Int128 = 1
        for _ in 0..<nines { hundred *= 10 }
        return Row(
            nines: nines,
            percent: ExactDecimal(significand: hundred - 1, exponent: 2 - nines),
            unavailability: ExactDecimal(significand: 1, exponent: -nines),
            usuallyTakes: usuallyTakes,
            isEstimate: isEstimate
        )
    }
}

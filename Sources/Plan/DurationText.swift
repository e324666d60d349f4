import Measures

/// Durations as people write them, always with a unit.
package enum DurationText {
    /// Two letters look like the micro sign.
    static let units: [(name: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    /// "80us", "1.5s"; nil for what is none, is not whole nanoseconds, or is longer than 292 years.
    package static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isNumber || $0 == "." }
        let unit = text.dropFirst(digits.count)
        guard let size = units.first(where: { $0.name == unit })?.nanoseconds,
            let nanoseconds = DecimalText(digits)?.times(size).flatMap({ Int64(exactly: $0) })
        else { return nil }
        return Duration(nanoseconds: nanoseconds)
    }
}

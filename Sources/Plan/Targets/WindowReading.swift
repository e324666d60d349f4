import Measures

/// Windows of error budgets: days and longer, which no run lasts.
extension Reader {
    /// Longer than any that is in use, and its nanoseconds still fit.
    private static let mostHours: Int128 = 10 * 365 * 24

    /// In hours.
    private static let windowUnits: [(name: String, hours: Int64)] = [("h", 1), ("d", 24), ("w", 7 * 24)]

    /// "30d".
    func window(_ value: Value) -> Duration? {
        window(value, "window", units: Self.windowUnits, example: "30d")
    }

    /// A whole number of hours from an hour to ten years.
    func window(
        _ value: Value,
        _ key: String,
        units: [(name: String, hours: Int64)],
        example: String
    ) -> Duration? {
        let expected = "a window such as \(example) (units: \(units.map(\.name).listed))"
        guard let text = text(value, key, expected: expected) else { return nil }
        let digits = text.prefix { $0.isNumber || $0 == "." }
        let unit = units.first { $0.name == text.dropFirst(digits.count) }
        guard let unit, let hours = DecimalText(digits)?.times(unit.hours),
            (1...Self.mostHours).contains(hours)
        else {
            problems.add("window", at: value.place, "\(key) is \(quoted(text)); expected \(expected)")
            return nil
        }
        return .seconds(3600 * Int64(hours))
    }
}

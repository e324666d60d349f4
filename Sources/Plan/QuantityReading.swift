import Measures

/// Numbers with units. A unit is always written; what is missing or wrong is named.
extension Reader {
    /// What people write for them.
    private static let otherTimeUnits = [
        "nsec": "ns", "usec": "us", "msec": "ms", "millis": "ms", "sec": "s", "secs": "s", "second": "s",
        "seconds": "s", "min": "m", "mins": "m", "minute": "m", "minutes": "m", "hr": "h", "hour": "h",
        "hours": "h",
    ]
    private static let timeUnitNames = ["ns", "us", "ms", "s", "m", "h"]

    /// "200ms", "1.5s"; whole nanoseconds, from `least` to `most`.
    package func duration(_ value: Value, _ key: String, from least: Duration, to most: Duration) -> Duration?
    {
        let expected = "a duration such as 200ms (units: \(Self.timeUnitNames.listed))"
        guard let text = text(value, key, expected: expected) else { return nil }
        let (digits, unit) = split(text)
        guard let number = DecimalText(digits) else {
            problems.add("not-a-duration", at: value.place, "\(key) is \(quoted(text)); expected \(expected)")
            return nil
        }
        guard !unit.isEmpty else {
            problems.add(
                "missing-unit",
                at: value.place,
                "\(key) is \(quoted(text)) without a unit; expected \(expected)"
            )
            return nil
        }
        guard let size = DurationText.units.first(where: { $0.name == unit })?.nanoseconds else {
            let meant = Self.otherTimeUnits[unit] ?? Spelling.nearest(to: unit, in: Self.timeUnitNames)
            let message = "unknown unit \(quoted(unit)) in \(key); expected \(expected)"
            problems.add("unknown-unit", at: value.place, message, nearest: meant.map { digits + $0 })
            return nil
        }
        guard let nanoseconds = number.times(size) else {
            problems.add("too-fine", at: value.place, "\(key) is \(quoted(text)); expected whole nanoseconds")
            return nil
        }
        guard nanoseconds >= Int128(least.nanoseconds), nanoseconds <= Int128(most.nanoseconds) else {
            let message = "\(key) is \(quoted(text)); expected \(least.text) to \(most.text)"
            problems.add("out-of-range", at: value.place, message)
            return nil
        }
        return Duration(nanoseconds: Int64(nanoseconds))
    }

    /// "0.05%": a share above zero, or from zero where that makes sense.
    func share(_ value: Value, _ key: String, zeroAllowed: Bool = false) -> Share? {
        guard let text = text(value, key, expected: "a percentage such as 0.05%") else { return nil }
        guard text.hasSuffix("%") else {
            let number = DecimalText(text) == nil ? "" : " without a %"
            let message = "\(key) is \(quoted(text))\(number); expected a percentage such as 0.05%"
            problems.add("missing-percent", at: value.place, message)
            return nil
        }
        guard let share = Share(text), zeroAllowed || share != .zero else {
            let range = zeroAllowed ? "0% to 100%" : "more than 0% and at most 100%"
            problems.add("out-of-range", at: value.place, "\(key) is \(quoted(text)); expected \(range)")
            return nil
        }
        return share
    }

    /// "99.9" or "99.9%": percent between 0 and 100, neither end included, exact.
    func objective(_ value: Value, _ key: String) -> ExactDecimal? {
        let expected = "a percentage between 0 and 100, such as 99.9"
        guard let text = text(value, key, expected: expected) else { return nil }
        let digits = text.hasSuffix("%") ? text.dropLast() : Substring(text)
        guard let number = DecimalText(digits), isInside(number) else {
            problems.add("objective", at: value.place, "\(key) is \(quoted(text)); expected \(expected)")
            return nil
        }
        return number.exact
    }

    /// "p99.9" is 0.999.
    func quantile(_ value: Value) -> ExactDecimal? {
        let expected = "p and a percentage between 0 and 100, such as p99 or p99.9"
        guard let text = text(value, "quantile", expected: expected) else { return nil }
        guard text.first == "p", let number = DecimalText(text.dropFirst()), isInside(number) else {
            problems.add("quantile", at: value.place, "quantile is \(quoted(text)); expected \(expected)")
            return nil
        }
        return ExactDecimal(significand: number.significand, exponent: -number.places - 2)
    }

    /// "95%" is 0.95: from 50 % to below 100 %, at most nine places.
    func confidence(_ value: Value?) -> Double? {
        guard let value else { return 0.95 }
        guard let share = share(value, "confidence") else { return nil }
        guard share.attos >= Share.one.attos / 2, share.attos < Share.one.attos, share.attos % 10_000_000 == 0
        else {
            let message = "confidence is \(value.shown); expected 50% to below 100%, at most 9 decimals"
            problems.add("out-of-range", at: value.place, message)
            return nil
        }
        return share.double
    }

    /// "500/s", "30/min", "0.5/s": per second.
    func rate(_ value: Value, _ key: String, zeroAllowed: Bool = false) -> Double? {
        let expected = "a rate such as 500/s (units: /s, /min, /h)"
        guard let text = text(value, key, expected: expected) else { return nil }
        let (digits, unit) = split(text)
        guard let number = DecimalText(digits), let written = Double(digits) else {
            problems.add("not-a-rate", at: value.place, "\(key) is \(quoted(text)); expected \(expected)")
            return nil
        }
        guard let seconds = ["/s": 1.0, "/min": 60, "/m": 60, "/h": 3600][unit] else {
            let code = unit.isEmpty ? "missing-unit" : "unknown-unit"
            let message =
                "\(key) is \(quoted(text))\(unit.isEmpty ? " without a unit" : ""); expected \(expected)"
            problems.add(code, at: value.place, message)
            return nil
        }
        let rate = written / seconds
        guard (1.0 / 3600...200_000).contains(rate) || (zeroAllowed && number.significand == 0) else {
            let message =
                "\(key) is \(quoted(text)); expected \(zeroAllowed ? "0/s, or " : "")1/h to 200000/s"
            problems.add("out-of-range", at: value.place, message)
            return nil
        }
        return rate
    }

    private func isInside(_ percent: DecimalText) -> Bool {
        percent.significand > 0 && percent.significand < 100 * DecimalText.power(percent.places)
    }

    private func split(_ text: String) -> (digits: String, unit: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        return (String(digits), String(text.dropFirst(digits.count)))
    }
}

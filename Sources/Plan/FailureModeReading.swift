import Measures

extension Reader {
    private static let mostModes = 64

    /// `failure-modes:`, a list.
    ///
    /// - Parameter faults: names of the file's faults; nil: they are not known, so that no name is wrong.
    func failureModes(_ value: Value, faults: [String]?) -> [FailureModePlan]? {
        guard value.list != nil else {
            let expected =
                "a list such as - { name: primary lost, fault: crash, rate: 4/year, source: \"incident log 2024\" }"
            problems.add(
                "not-a-list",
                at: value.place,
                "failure-modes is \(value.shown); expected \(expected)"
            )
            return nil
        }
        var names: Set<String> = []
        let items = items(value, "failure-modes", most: Self.mostModes)
        let modes = items.compactMap { item -> FailureModePlan? in
            guard let mode = failureMode(item, faults: faults) else { return nil }
            guard names.insert(mode.name).inserted else {
                let message = "failure mode \(quoted(mode.name)) is there twice; expected each name once"
                problems.add("twice", at: item.place, message)
                return nil
            }
            return mode
        }
        return modes.count == items.count ? modes : nil
    }

    private func failureMode(_ value: Value, faults: [String]?) -> FailureModePlan? {
        let keys = ["name", "fault", "rate", "source"]
        guard let fields = Fields(value, "a failure mode", keys: keys, problems: problems) else { return nil }
        let name = fields.required("name", "primary lost").flatMap { line($0, "name", most: 80) }
        let fault = fields.required("fault", faults?.first ?? "crash").flatMap { self.fault($0, of: faults) }
        let rate = fields.required("rate", "4/year").flatMap(outageRate)
        // A rate that nobody can look up is a guess, and a guess is no source either: say so then.
        let source = fields.required("source", "\"incident log 2024\"").flatMap {
            line($0, "source", most: 200)
        }
        guard let name, let fault, let rate, let source else { return nil }
        return FailureModePlan(
            name: name,
            fault: fault,
            rate: rate.count,
            period: rate.period,
            source: source
        )
    }

    /// The fault of this experiment that is what happens in the field.
    private func fault(_ value: Value, of names: [String]?) -> String? {
        guard let text = text(value, "fault", expected: "the name of a fault") else { return nil }
        guard let names, !names.contains(text) else { return text }
        let expected = names.isEmpty ? "a fault in faults, whose cost is measured" : names.listed
        problems.add(
            "unknown-fault",
            at: value.place,
            "unknown fault \(quoted(text)); expected \(expected)",
            nearest: Spelling.nearest(to: text, in: names)
        )
        return nil
    }

    /// "4/year", "0.5/year", "1/month": exact.
    private func outageRate(_ value: Value) -> (count: ExactDecimal, period: FailureModePlan.Period)? {
        let units = FailureModePlan.Period.allCases.map { "/" + $0.rawValue }.listed
        let expected = "outages in a time, such as 4/year (units: \(units))"
        guard let text = text(value, "rate", expected: expected) else { return nil }
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = String(text.dropFirst(digits.count))
        guard let number = DecimalText(digits) else {
            problems.add("not-a-rate", at: value.place, "rate is \(quoted(text)); expected \(expected)")
            return nil
        }
        guard unit.first == "/", let period = FailureModePlan.Period(rawValue: String(unit.dropFirst()))
        else {
            let code = unit.isEmpty ? "missing-unit" : "unknown-unit"
            let without = unit.isEmpty ? " without a unit" : ""
            problems.add(code, at: value.place, "rate is \(quoted(text))\(without); expected \(expected)")
            return nil
        }
        let most: Int128 = 100_000
        guard number.significand > 0, number.places <= 6,
            number.significand <= most * DecimalText.power(number.places)
        else {
            problems.add(
                "out-of-range",
                at: value.place,
                "rate is \(quoted(text)); expected more than 0 and at most \(most), with at most 6 decimals"
            )
            return nil
        }
        return (number.exact, period)
    }

    /// Text of one line for people.
    private func line(_ value: Value, _ key: String, most: Int) -> String? {
        let expected = "one line of at most \(most) characters"
        guard let text = text(value, key, expected: expected) else { return nil }
        guard (1...most).contains(text.count), !text.unicodeScalars.contains(where: isControl) else {
            problems.add("text", at: value.place, "\(key) is \(quoted(text)); expected \(expected)")
            return nil
        }
        return text
    }
}

import Measures

/// Amounts of data with units, exact.
extension Reader {
    private static let bitUnits: [(name: String, size: Int64)] = [
        ("bit", 1), ("kbit", 1_000), ("mbit", 1_000_000), ("gbit", 1_000_000_000),
        ("bit/s", 1), ("kbit/s", 1_000), ("mbit/s", 1_000_000), ("gbit/s", 1_000_000_000),
    ]
    private static let byteUnits: [(name: String, size: Int64)] = [
        ("B", 1), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("KiB", 1 << 10),
        ("MiB", 1 << 20), ("GiB", 1 << 30), ("TB", 1_000_000_000_000), ("TiB", 1 << 40),
    ]

    /// "999.5kbit": whole bits a second, 8 bit to 10 Tbit.
    func bitRate(_ value: Value, _ key: String) -> UInt64? {
        let expected = "a bit rate such as 10mbit (units: bit, kbit, mbit, gbit, each a second)"
        return amount(value, key, expected, Self.bitUnits, 8...10_000_000_000_000, "bits a second")
            .map { UInt64($0) }
    }

    /// "64kB": whole bytes.
    package func size(_ value: Value, _ key: String, from least: Int64, to most: Int64) -> UInt64? {
        let expected = "a size such as 64kB (units: B, kB, MB, GB, TB, KiB, MiB, GiB, TiB)"
        return amount(value, key, expected, Self.byteUnits, least...most, "bytes").map { UInt64($0) }
    }

    /// "10MB/s": whole bytes a second.
    func byteRate(_ value: Value, _ key: String) -> UInt64? {
        let units = Self.byteUnits.map { ($0.name + "/s", $0.size) }
        let expected = "a rate such as 10MB/s (units: B/s, kB/s, MB/s, GB/s, KiB/s, MiB/s, GiB/s)"
        return amount(value, key, expected, units, 1...1_000_000_000_000, "bytes a second").map { UInt64($0) }
    }

    private func amount(
        _ value: Value,
        _ key: String,
        _ expected: String,
        _ units: [(name: String, size: Int64)],
        _ range: ClosedRange<Int64>,
        _ what: String
    ) -> Int64? {
        guard let text = text(value, key, expected: expected) else { return nil }
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = String(text.dropFirst(digits.count))
        guard let number = DecimalText(digits) else {
            problems.add("not-an-amount", at: value.place, "\(key) is \(quoted(text)); expected \(expected)")
            return nil
        }
        guard let size = units.first(where: { $0.name == unit })?.size else {
            let names = units.map(\.name)
            let same = names.first { $0.lowercased() == unit.lowercased() }
            let meant = same ?? (unit.isEmpty ? nil : Spelling.nearest(to: unit, in: names))
            let said = unit.isEmpty ? "\(quoted(text)) without a unit" : "\(quoted(text)), an unknown unit"
            problems.add(
                unit.isEmpty ? "missing-unit" : "unknown-unit",
                at: value.place,
                "\(key) is \(said); expected \(expected)",
                nearest: meant.map { digits + $0 }
            )
            return nil
        }
        guard let amount = number.times(size) else {
            problems.add("too-fine", at: value.place, "\(key) is \(quoted(text)); expected whole \(what)")
            return nil
        }
        guard amount >= Int128(range.lowerBound), amount <= Int128(range.upperBound) else {
            problems.add(
                "out-of-range",
                at: value.place,
                "\(key) is \(quoted(text)); expected \(range.lowerBound) to \(range.upperBound) \(what)"
            )
            return nil
        }
        return Int64(amount)
    }

    /// A whole number that may be negative.
    func signedCount(_ value: Value, _ key: String, _ range: ClosedRange<Int>) -> Int? {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let text = text(value, key, expected: expected) else { return nil }
        guard let number = Int(text), String(number) == text, range.contains(number) else {
            problems.add("out-of-range", at: value.place, "\(key) is \(quoted(text)); expected \(expected)")
            return nil
        }
        return number
    }
}

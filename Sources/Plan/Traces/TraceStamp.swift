import Measures

/// One point in time as a trace writes it.
enum TraceStamp: Equatable {
    /// A bare number, in a unit that the trace has as a whole: significand / 10^places.
    case number(significand: Int128, places: Int)
    /// "1.5s", "200ms": nanoseconds.
    case offset(Int64)
    /// RFC 3339, section 5.6: nanoseconds since 1970-01-01T00:00:00Z; without a zone it is taken for UTC.
    case date(Int64)

    /// nil: none of these, or below zero. Fractions of a nanosecond are rounded.
    init?(_ field: Substring) {
        let bytes = Array(field.utf8)
        if let (significand, places) = Self.number(bytes[...]) {
            self = .number(significand: significand, places: places)
        } else if let date = Self.date(bytes) {
            self = .date(date)
        } else if let offset = Self.offset(bytes) {
            self = .offset(offset)
        } else {
            return nil
        }
    }

    /// A bare number times a unit, rounded; nil: more than a trace may hold, even of stamps since 1970.
    static func nanoseconds(_ significand: Int128, _ places: Int, unit: Int64) -> Int64? {
        let (product, overflow) = significand.multipliedReportingOverflow(by: Int128(unit))
        guard !overflow else { return nil }
        let power = DecimalText.power(places)
        return Int64(exactly: (product + power / 2) / power)
    }

    /// "12", "12.5", "1.25e3", "+1": digits, perhaps a point and more of them, perhaps an exponent. At most 18 digits count
    /// after the first that is not zero; those of a fraction beyond them are left out.
    private static func number(_ bytes: ArraySlice<UInt8>) -> (significand: Int128, places: Int)? {
        var rest = bytes
        if rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        var significand: Int128 = 0
        var places = 0
        var digits = 0
        var hasPoint = false
        while let byte = rest.first, isDigit(byte) || (byte == UInt8(ascii: ".") && !hasPoint) {
            rest = rest.dropFirst()
            guard isDigit(byte) else {
                hasPoint = true
                continue
            }
            digits += 1
            if hasPoint, significand >= mostSignificand { continue }
            guard significand < mostSignificand else { return nil }
            significand = significand * 10 + Int128(byte - 0x30)
            if hasPoint { places += 1 }
        }
        guard digits > 0 else { return nil }
        guard let mark = rest.first else { return (significand, places) }
        guard mark | 0x20 == UInt8(ascii: "e") else { return nil }
        rest = rest.dropFirst()
        let isDown = rest.first == UInt8(ascii: "-")
        if isDown || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        guard (1...2).contains(rest.count), rest.allSatisfy(isDigit) else { return nil }
        let exponent = rest.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        places += isDown ? exponent : -exponent
        while places < 0 {
            guard significand < mostSignificand else { return nil }
            (significand, places) = (significand * 10, places + 1)
        }
        // Less than a part of 10^30 of any unit is nothing.
        return places > 30 ? (0, 0) : (significand, places)
    }

    private static let mostSignificand: Int128 = 1_000_000_000_000_000_000

    private static let units: [(String, Int64)] = [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    private static func offset(_ bytes: [UInt8]) -> Int64? {
        let end = bytes.prefix { isDigit($0) || $0 == UInt8(ascii: ".") }.endIndex
        let name = String(decoding: bytes[end...], as: UTF8.self)
        guard let unit = units.first(where: { $0.0 == name })?.1, let (value, places) = number(bytes[..<end])
        else { return nil }
        return nanoseconds(value, places, unit: unit)
    }

    /// "2026-11-23T10:15:04.5Z", "2026-11-23 10:15:04+01:00".
    private static func date(_ bytes: [UInt8]) -> Int64? {
        guard bytes.count >= 19, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            [UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " ")].contains(bytes[10]),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = whole(bytes[0..<4]), (1970...2200).contains(year), let month = whole(bytes[5..<7]),
            (1...12).contains(month),
            let day = whole(bytes[8..<10]), (1...days(of: month, in: year)).contains(day),
            let hour = whole(bytes[11..<13]), hour < 24, let minute = whole(bytes[14..<16]), minute < 60,
            // A leap second is the next one's beginning.
            let second = whole(bytes[17..<19]), second <= 60
        else { return nil }
        var rest = bytes[19...]
        var fraction: Int64 = 0
        if let mark = rest.first, mark == UInt8(ascii: ".") || mark == UInt8(ascii: ",") {
            let digits = rest.dropFirst().prefix(while: isDigit)
            guard !digits.isEmpty else { return nil }
            for place in 0..<9 {
                let index = digits.startIndex + place
                fraction = fraction * 10 + (index < digits.endIndex ? Int64(digits[index] - 0x30) : 0)
            }
            rest = rest[digits.endIndex...]
        }
        guard let zone = zone(rest) else { return nil }
        let time = Int64((hour * 60 + minute) * 60 + second) - zone
        return (Int64(daysSince1970(year, month, day)) * 86_400 + time) * 1_000_000_000 + fraction
    }

    /// Seconds east of Greenwich; nil: no zone.
    private static func zone(_ bytes: ArraySlice<UInt8>) -> Int64? {
        let text = Array(bytes)
        if text.isEmpty || text == [UInt8(ascii: "Z")] || text == [UInt8(ascii: "z")] { return 0 }
        guard text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-") else { return nil }
        let digits = text.dropFirst().filter { $0 != UInt8(ascii: ":") }
        guard digits.count == 4, (5...6).contains(text.count), let hours = whole(digits[0..<2]), hours < 24,
            let minutes = whole(digits[2..<4]), minutes < 60
        else { return nil }
        let seconds = Int64((hours * 60 + minutes) * 60)
        return text[0] == UInt8(ascii: "-") ? -seconds : seconds
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func whole(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.allSatisfy(isDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func days(of month: Int, in year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// Of the Gregorian calendar, years from March to February so that the leap day is the last (E. G. Richards, Explanatory
    /// Supplement to the Astronomical Almanac, 2013, section 15.11).
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let y = month > 2 ? year : year - 1
        let m = (month + 9) % 12
        return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 719_469
    }
}

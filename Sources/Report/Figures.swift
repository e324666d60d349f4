import Measures

/// Numbers as people read them. Groups of three are set apart by a narrow no-break space.
enum Figures {
    static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var groups: [Substring] = []
        var rest = digits[...]
        while rest.count > 3 {
            groups.insert(rest.suffix(3), at: 0)
            rest = rest.dropLast(3)
        }
        groups.insert(rest, at: 0)
        return (value < 0 ? "−" : "") + groups.joined(separator: "\u{202F}")
    }

    /// "1 request", "12 000 requests".
    static func count(_ value: Int, _ noun: String) -> String {
        "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
    }

    /// A position on the time axis: "20 s", "61.3 s".
    static func seconds(_ value: Double) -> String {
        "\(trimmed(value, decimals: abs(value) >= 100 ? 1 : 2)) s"
    }

    static func seconds(_ instant: Instant) -> String { seconds(instant.seconds) }

    /// "20 s ± 12.3 ms", without a bound that is 0.
    static func instant(_ at: BoundedInstant) -> String {
        seconds(at.instant) + (at.bound == .zero ? "" : " ± \(duration(at.bound))")
    }

    /// A length of time, three digits: "12.3 ms".
    static func duration(seconds value: Double) -> String {
        guard value.isFinite else { return "–" }
        return Duration(nanoseconds: Int64(max(-9e18, min(9e18, value * 1e9)))).rounded.spaced
    }

    static func duration(_ value: Duration) -> String { value.rounded.spaced }

    static func duration(milliseconds value: Double) -> String { duration(seconds: value / 1000) }

    /// Percent with as many places as the interval around it justifies, 2 to 8.
    static func percent(_ share: Double, resolving width: Double = 0.01) -> String {
        guard share.isFinite else { return "–" }
        guard share < 1 else { return "100 %" }
        // 100 % only when nothing was bad.
        var places = places(for: width)
        while places < 12, (share * 100).fixed(places).hasPrefix("100") { places += 1 }
        return (share * 100).fixed(places) + " %"
    }

    /// "[99.91, 99.97]", in percent.
    static func interval(_ lower: Double, _ upper: Double) -> String {
        guard lower.isFinite, upper.isFinite else { return "–" }
        let places = places(for: upper - lower)
        let end = upper < 1 ? (upper * 100).fixed(places) : "100"
        return "[\((lower * 100).fixed(places)), \(end)]"
    }

    /// Three significant digits, grouped when large: "0.105", "31.5", "31 500".
    static func rate(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        let magnitude = abs(value)
        guard magnitude < 1e15 else { return "over 10¹⁵" }
        if magnitude >= 1000 {
            var step = 1.0
            while magnitude / step >= 1000 { step *= 10 }
            return count(Int((value / step).rounded() * step))
        }
        if magnitude == 0 { return "0" }
        var places = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2
        var small = magnitude
        while small < 1, places < 9 {
            small *= 10
            places += 1
        }
        return trimmed(value, decimals: places)
    }

    /// Fixed places, without trailing zeros.
    static func trimmed(_ value: Double, decimals: Int) -> String {
        var text = value.fixed(decimals)
        guard text.contains(".") else { return text }
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    private static func places(for width: Double) -> Int {
        var places = 2
        var resolved = 0.01
        while places < 8, width.isFinite, width > 0, width * 100 < resolved * 10 {
            resolved /= 10
            places += 1
        }
        return places
    }
}

extension String {
    /// Number and unit stay on one line.
    fileprivate var spaced: String {
        String(map { $0 == " " ? "\u{00A0}" : $0 })
    }
}

extension Double {
    /// A coordinate in SVG: two places, no exponent, always a number.
    var coordinate: String {
        guard isFinite else { return "0" }
        return Figures.trimmed(max(-1e6, min(1e6, self)), decimals: 2)
    }
}

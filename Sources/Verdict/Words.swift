import Measures

/// Numbers for people.
enum Words {
    /// "18 000"
    static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += " " }
            text.append(digit)
        }
        return value < 0 ? "-" + text : text
    }

    /// A share as percent with about three significant digits: "0.0351 %", "12.3 %", "0 %".
    static func percent(_ share: Double) -> String {
        let value = share * 100
        return trimmed(value.fixed(decimals(for: value, significant: 3))) + " %"
    }

    /// The good share in percent, with as many digits as the bad share needs: 100 % only when nothing was bad.
    static func goodPercent(bad: Int, of due: Int) -> String {
        guard due > 0 else { return "–" }
        let value = Double(bad) / Double(due) * 100
        guard bad > 0 else { return "100 %" }
        let places = decimals(for: value, significant: 2)
        return (100 - value).fixed(places) + " %"
    }

    /// Two shares near 1 in percent, with as many digits as the lower needs: "99.93–100 %".
    static func range(_ lower: Double, _ upper: Double) -> String {
        let places = max(1, decimals(for: (1 - lower) * 100, significant: 2))
        let text = { (share: Double) in trimmed((share * 100).fixed(places)) }
        return "\(text(lower))–\(text(upper)) %"
    }

    /// 1 less this share, in percent with as many digits as the share needs: "99.9974 %".
    static func availability(_ unavailability: Double) -> String {
        let value = unavailability * 100
        guard value > 0 else { return "100 %" }
        return (100 - value).fixed(decimals(for: value, significant: 2)) + " %"
    }

    /// "95 %"
    static func confidence(_ value: Double) -> String { trimmed((value * 100).fixed(3)) + " %" }

    /// "36 s", "12 min", "3.5 h", "41 d": about that long.
    static func about(seconds: Double) -> String {
        switch seconds {
        case ..<1: "under 1 s"
        case ..<120: "\(seconds.fixed(0)) s"
        case ..<7200: "\((seconds / 60).fixed(0)) min"
        case ..<172_800: "\((seconds / 3600).fixed(1)) h"
        default: "\(count(Int(min(seconds / 86_400, 1e12).rounded()))) d"
        }
    }

    /// "1 slice", "2 slices"
    static func plural(_ value: Int, _ noun: String) -> String {
        "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
    }

    /// Decimals that show this many significant digits; none for whole numbers of that many digits.
    private static func decimals(for value: Double, significant: Int) -> Int {
        guard value.isFinite, value != 0 else { return 0 }
        var places = significant - 1
        var magnitude = abs(value)
        while magnitude < 1, places < 15 {
            magnitude *= 10
            places += 1
        }
        while magnitude >= 10, places > 0 {
            magnitude /= 10
            places -= 1
        }
        return places
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}

/// A part of a whole, 0 to 1 inclusive, exact: "0.05%" is 0.0005 and nothing near it.
package struct Share: Sendable, Hashable, Codable {
    /// The share times 10^18, a whole number: 0 to 1_000_000_000_000_000_000.
    package let attos: UInt64

    package static let one = Share(uncheckedAttos: 1_000_000_000_000_000_000)
    package static let zero = Share(uncheckedAttos: 0)

    private init(uncheckedAttos attos: UInt64) {
        self.attos = attos
    }

    package init?(attos: UInt64) {
        guard attos <= Self.one.attos else { return nil }
        self.attos = attos
    }

    /// "0.05%", "99.9 %" or "0.0005"; nil when it is no number, outside 0 to 100 %, or finer than 10^-18.
    package init?(_ text: some StringProtocol) {
        var digits = Substring(text)
        var places = 18
        if digits.hasSuffix("%") {
            digits = digits.dropLast()
            while digits.last == " " { digits = digits.dropLast() }
            places = 16
        }
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty else { return nil }
        var fraction = parts.count > 1 ? parts[1] : ""
        while fraction.last == "0" { fraction = fraction.dropLast() }
        let isDigits = { (text: Substring) in text.utf8.allSatisfy { (48...57).contains($0) } }
        guard isDigits(whole), isDigits(fraction), parts.count == 1 || !parts[1].isEmpty else { return nil }
        guard fraction.utf8.count <= places, whole.utf8.count <= 3 else { return nil }
        let zeros = String(repeating: "0", count: places - fraction.utf8.count)
        guard let value = UInt64(whole + fraction + zeros) else { return nil }
        self.init(attos: value)
    }

    package var double: Double { Double(attos) / 1e18 }

    /// "0.05%": percent without trailing zeros.
    package var percentText: String {
        let whole = attos / 10_000_000_000_000_000
        var fraction = String(attos % 10_000_000_000_000_000)
        fraction = String(repeating: "0", count: 16 - fraction.count) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return fraction.isEmpty ? "\(whole)%" : "\(whole).\(fraction)%"
    }

    /// For a kernel that draws 32 random bits: nearest value of share × (2^32 - 1).
    package var scaled32: UInt32 {
        let (high, low) = attos.multipliedFullWidth(by: 0xffff_ffff)
        let (quotient, remainder) = Self.one.attos.dividingFullWidth((high, low))
        return UInt32(clamping: remainder >= Self.one.attos / 2 ? quotient + 1 : quotient)
    }
}

extension Share {
    /// 1 - share, exact.
    package var complement: Share { Share(attos: Self.one.attos - attos) ?? .zero }
}

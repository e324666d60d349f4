extension Duration {
    package init(nanoseconds: Int64) {
        self = .nanoseconds(nanoseconds)
    }

    /// Whole nanoseconds, cut towards zero; saturates at ±292 years.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, overflowed) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflowed ? (seconds < 0 ? .min : .max) : sum
    }

    package var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    /// As an experiment file writes it: the largest unit that keeps it whole, "1500us", "90s", "2ms".
    package var text: String {
        let ns = nanoseconds
        for (size, unit) in Self.units where ns != 0 && ns % size == 0 {
            return "\(ns / size)\(unit)"
        }
        return "\(ns)\(ns == 0 ? "s" : "ns")"
    }

    /// For people: about three significant digits, "12.3 ms", "2.02 s", "950 ns".
    package var rounded: String {
        let ns = Double(nanoseconds)
        let magnitude = abs(ns)
        let (scale, unit): (Double, String) =
            switch magnitude {
            case 1e9...: (1e9, "s")
            case 1e6...: (1e6, "ms")
            case 1e3...: (1e3, "µs")
            default: (1, "ns")
            }
        let value = ns / scale
        let decimals = unit == "ns" || abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : 2
        return "\(value.fixed(decimals)) \(unit)"
    }

    private static let units: [(Int64, String)] = [
        (3_600_000_000_000, "h"), (60_000_000_000, "m"), (1_000_000_000, "s"), (1_000_000, "ms"),
        (1_000, "us"),
    ]
}

extension Double {
    /// Decimal text with exactly this many places, rounded half away from zero; no exponent.
    package func fixed(_ decimals: Int) -> String {
        guard isFinite, abs(self) < 1e15 else { return isNaN ? "–" : self < 0 ? "-∞" : "∞" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (abs(self) * scale).rounded()
        guard scaled < 9e18 else { return description }
        let digits = String(UInt64(scaled))
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let sign = self < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + padded }
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}

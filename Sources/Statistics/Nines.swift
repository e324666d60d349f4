import Glibc
package import Measures

/// -log10 of the unavailability: 99.95 % is 3.30 nines.
package enum Nines {
    /// u = (100 - percent) / 100, nearest Double of the exact value.
    package static func unavailability(percent: ExactDecimal) -> Double {
        let exact = try? (100 - percent).divided(byPowerOfTen: 2)
        return exact?.double ?? (100 - percent.double) / 100
    }

    /// Infinite at 0.
    package static func count(unavailability: Double) -> Double {
        unavailability == 1 ? 0 : -log10(unavailability)
    }

    /// Cut to so many decimals, never rounded up: 3.3010 is 3.30, and 4.9999 is not five nines.
    package static func count(unavailability: Double, decimals: Int) -> Double {
        let scale = pow(10, Double(min(max(0, decimals), 15)))
        // A power of ten, 10^-5, may come out as 4.999999999999999.
        return (count(unavailability: unavailability) * scale + 1e-9).rounded(.down) / scale
    }
}

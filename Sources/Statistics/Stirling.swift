import Glibc

/// Pieces of the gamma function that stay exact where ln Γ itself would cancel.
enum Stirling {
    static let logTwoPi = 1.837_877_066_409_345_483_6

    /// δ(z) of Γ(z) = √(2π/z) (z/e)^z e^δ(z), for z > 0 (DLMF 5.11.1).
    static func remainder(_ z: Double) -> Double {
        guard z < 16 else {
            let s = 1 / (z * z)
            return (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 - s / 1188)))) / z
        }
        let logGamma: Double = lgamma(z).0
        return logGamma - (z - 0.5) * log(z) + z - 0.5 * logTwoPi
    }

    /// v - ln(1 + v) for v > -1, without cancellation near 0. With r = v / (2 + v), ln(1 + v) is 2 artanh r.
    ///
    /// - Parameter onePlus: 1 + v, from a source of its own: near -1, v has lost its digits.
    static func excess(_ v: Double, onePlus: Double) -> Double {
        guard abs(v) < 0.5 else { return v - log(onePlus) }
        let r = v / (2 + v)
        let square = r * r
        var sum = 0.0
        for k in stride(from: 39, through: 3, by: -2) { sum = sum * square + 1 / Double(k) }
        return r * (v - 2 * square * sum)
    }
}

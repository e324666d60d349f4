/// ln x for x > 0, finite and normal, to about one unit in the last place. The C library's differs between hosts in the
/// last bit, and then so would a schedule; this uses only operations that IEEE 754 rounds exactly.
///
///     x = m · 2^e, m in [√½, √2)        ln x = e · ln 2 + ln m
///     s = (m − 1) / (m + 1), |s| < 0.172   ln m = 2 · (s + s³/3 + s⁵/5 + …)   (Abramowitz & Stegun 4.1.27)
///
/// Eleven terms leave less than 10^-19 of s.
func naturalLogarithm(_ x: Double) -> Double {
    var m = x.significand
    var e = Double(x.exponent)
    if m > 1.4142135623730951 {
        m *= 0.5
        e += 1
    }
    let s = (m - 1) / (m + 1)
    let q = s * s
    var sum = 1.0 / 23
    sum = sum * q + 1.0 / 21
    sum = sum * q + 1.0 / 19
    sum = sum * q + 1.0 / 17
    sum = sum * q + 1.0 / 15
    sum = sum * q + 1.0 / 13
    sum = sum * q + 1.0 / 11
    sum = sum * q + 1.0 / 9
    sum = sum * q + 1.0 / 7
    sum = sum * q + 1.0 / 5
    sum = sum * q + 1.0 / 3
    // ln 2 in two parts: the first has 32 bits, so that e times it is exact.
    return e * 0x1.62e42feep-1 + (e * 0x1.a39ef35793c76p-33 + (2 * s + 2 * s * q * sum))
}

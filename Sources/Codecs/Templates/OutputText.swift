/// Numbers as text, without a String.
extension OutputBytes {
    package mutating func append(decimal value: UInt64) {
        var divisor: UInt64 = 1
        for _ in 1..<Self.digits(value) { divisor &*= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }

    package mutating func append(decimal value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(decimal: value.magnitude)
    }

    package static func digits(_ value: UInt64) -> Int {
        var count = 1
        var rest = value / 10
        while rest > 0 {
            count += 1
            rest /= 10
        }
        return count
    }

    /// The sign among them.
    package static func digits(_ value: Int64) -> Int { digits(value.magnitude) + (value < 0 ? 1 : 0) }

    /// A version 4 UUID of 122 random bits (RFC 9562, section 5.4).
    package mutating func append(uuid high: UInt64, _ low: UInt64) {
        let high = high & 0xffff_ffff_ffff_0fff | 0x4000
        let low = low & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        appendHexadecimal(high >> 32, digits: 8)
        append(UInt8(ascii: "-"))
        appendHexadecimal(high >> 16, digits: 4)
        append(UInt8(ascii: "-"))
        appendHexadecimal(high, digits: 4)
        append(UInt8(ascii: "-"))
        appendHexadecimal(low >> 48, digits: 4)
        append(UInt8(ascii: "-"))
        appendHexadecimal(low, digits: 12)
    }

    private mutating func appendHexadecimal(_ value: UInt64, digits: Int) {
        for index in (0..<digits).reversed() {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(4 * index)) & 15
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}

/// What a chronyd says of its host's CLOCK_REALTIME against UTC, from its own monitoring protocol (chrony's candm.h, version 6:
/// request 33, reply 5). Pure.
package struct ChronyTracking: Sendable, Hashable {
    /// UTC − CLOCK_REALTIME as chronyd is correcting it, nanoseconds.
    package let correction: Int64
    package let rootDelay: Int64
    package let rootDispersion: Int64
    /// 0: it has no source.
    package let stratum: Int

    /// Half-width of its interval: |correction| + root delay / 2 + root dispersion, nanoseconds. A bound if oscillators keep
    /// chrony's maxclockerror, 1 ppm by default, and its sources tell the truth.
    package var bound: Int64 { abs(correction) + rootDelay / 2 + rootDispersion }

    /// As long as the reply, which chronyd demands so that nobody can have more bytes of it than he sent.
    static let size = 104
    private static let version: UInt8 = 6
    private static let command: UInt16 = 33

    package static func request(sequence: UInt32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: size)
        bytes[0] = version
        bytes[1] = 1
        bytes[5] = UInt8(command)
        for index in 0..<4 {
            bytes[8 + index] = UInt8(truncatingIfNeeded: sequence >> UInt32(24 - 8 * index))
        }
        return bytes
    }

    /// Nil for anything but the reply to the request of this number, or for what no clock is.
    package init?(reply bytes: [UInt8], sequence: UInt32) {
        guard bytes.count >= Self.size, bytes[0] == Self.version, bytes[1] == 2,
            Self.word(bytes, 4) == UInt32(Self.command) << 16 | 5, Self.word(bytes, 8) >> 16 == 0,
            Self.word(bytes, 16) == sequence
        else { return nil }
        // 28: reference, 4 bytes; its address, 20; stratum and leap, 4; reference time, 12; then 32-bit floats: correction,
        // last offset, RMS offset, frequency, residual, skew, root delay, root dispersion, interval.
        stratum = Int(Self.word(bytes, 52) >> 16)
        let values = [68, 92, 96].map { Self.float(Self.word(bytes, $0)) * 1e9 }
        guard values.allSatisfy({ abs($0) < 0x1p60 }), values[1] >= 0, values[2] >= 0 else { return nil }
        correction = Int64(values[0])
        rootDelay = Int64(values[1])
        rootDispersion = Int64(values[2])
    }

    private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// chrony's own: 7 bits of exponent and 25 of coefficient, both signed; coefficient · 2^(exponent − 25).
    private static func float(_ bits: UInt32) -> Double {
        let exponent = Int32(bitPattern: bits) >> 25
        let coefficient = Int32(bitPattern: bits << 7) >> 7
        return Double(coefficient) * Double(sign: .plus, exponent: Int(exponent) - 25, significand: 1)
    }
}

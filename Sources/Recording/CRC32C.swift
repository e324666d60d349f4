/// CRC-32C (Castagnoli): polynomial 0x1EDC6F41, reflected, initial value and final xor all ones (RFC 3720, B.4).
/// Finds every burst up to 32 bits, and a torn write with a chance of 1 − 2^-32.
enum CRC32C {
    static func checksum(_ bytes: UnsafeBufferPointer<UInt8>, after previous: UInt32 = 0) -> UInt32 {
        let table = table
        var crc = ~previous
        for byte in bytes {
            crc = table[Int((crc ^ UInt32(byte)) & 0xff)] ^ (crc >> 8)
        }
        return ~crc
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? (crc >> 1) ^ 0x82f6_3b78 : crc >> 1 }
    }
}

/// RFC 1071: the complement of the sum of 16-bit words in ones' complement arithmetic.
enum InternetChecksum {
    static func of(_ bytes: UnsafeRawBufferPointer) -> UInt16 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: bytes.count - 1, by: 2) {
            sum += UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
        }
        // A last odd byte is followed by a zero in thought.
        if !bytes.count.isMultiple(of: 2) { sum += UInt32(bytes[bytes.count - 1]) << 8 }
        while sum > 0xffff { sum = (sum & 0xffff) + sum >> 16 }
        return ~UInt16(truncatingIfNeeded: sum)
    }
}

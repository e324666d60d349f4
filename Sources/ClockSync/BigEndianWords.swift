// Words of a packet, in network order.

extension [UInt8] {
    mutating func append(bigEndian word: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: word.bigEndian) { append(contentsOf: $0) }
    }
}

extension RandomAccessCollection<UInt8> {
    /// The eight bytes from this offset on, which must be there.
    func word(at offset: Int) -> UInt64 {
        dropFirst(offset).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// Some bytes of a file, read at offsets from their own start; big-endian, as networks are. Every read says nil beyond the
/// end.
struct PacketBytes {
    private let bytes: [UInt8]
    private let start: Int
    private let end: Int

    /// The range must lie within the bytes.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        start = max(0, range.lowerBound)
        end = min(bytes.count, range.upperBound)
    }

    func byte(_ at: Int) -> UInt8? {
        guard at >= 0, at < end - start else { return nil }
        return bytes[start + at]
    }

    func short(_ at: Int) -> UInt16? {
        guard at >= 0, at + 1 < end - start else { return nil }
        return UInt16(bytes[start + at]) << 8 | UInt16(bytes[start + at + 1])
    }

    func word(_ at: Int) -> UInt32? {
        guard let high = short(at), let low = short(at + 2) else { return nil }
        return UInt32(high) << 16 | UInt32(low)
    }

    func long(_ at: Int) -> UInt64? {
        guard let high = word(at), let low = word(at + 4) else { return nil }
        return UInt64(high) << 32 | UInt64(low)
    }
}

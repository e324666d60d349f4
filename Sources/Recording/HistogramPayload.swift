/// HdrHistogram's V2 encoding (AbstractHistogram.encodeIntoByteBuffer and EncodableHistogram in HdrHistogram for Java),
/// big-endian: cookie, payload length, normalizing index offset (0), significant digits, lowest, highest, conversion
/// ratio (1.0), then the counts as zigzag LEB128 of at most 9 bytes, where a negative number is a run of zeros.
/// The compressed form is a cookie, a length and a zlib stream of that.
enum HistogramPayload {
    /// 0x10 in the low byte: words of up to 8 bytes.
    static let cookie: UInt32 = 0x1c84_9303 | 0x10
    static let compressedCookie: UInt32 = 0x1c84_9304 | 0x10
    static let headerLength = 40

    static func encode(_ histogram: LatencyHistogram) -> [UInt8] {
        let counts = encode(counts: histogram.counts)
        var writer = ByteWriter(reserving: headerLength + counts.count)
        writer.fixed(cookie.byteSwapped)
        writer.fixed(UInt32(counts.count).byteSwapped)
        writer.fixed(UInt32(0))
        writer.fixed(UInt32(LatencyHistogram.significantDigits).byteSwapped)
        writer.fixed(LatencyHistogram.lowest.byteSwapped)
        writer.fixed(LatencyHistogram.highest.byteSwapped)
        writer.fixed((1.0).bitPattern.byteSwapped)
        writer.append(counts)
        return writer.bytes
    }

    static func compress(_ histogram: LatencyHistogram) -> [UInt8] {
        let stream = ZlibContainer.wrap(encode(histogram))
        var writer = ByteWriter(reserving: stream.count + 8)
        writer.fixed(compressedCookie.byteSwapped)
        writer.fixed(UInt32(stream.count).byteSwapped)
        writer.append(stream)
        return writer.bytes
    }

    /// nil for bytes that `compress` would not write: damaged, another configuration, or really compressed.
    static func decompress(_ bytes: [UInt8]) -> LatencyHistogram? {
        guard bytes.count >= 8 else { return nil }
        let header = bytes.withUnsafeBufferPointer { buffer in
            var cursor = ByteCursor(buffer)
            return (cursor.fixed(UInt32.self)?.byteSwapped, cursor.fixed(UInt32.self)?.byteSwapped)
        }
        guard header.0 == compressedCookie, header.1 == UInt32(bytes.count - 8),
            let payload = ZlibContainer.unwrap(Array(bytes.dropFirst(8)))
        else { return nil }
        return payload.withUnsafeBufferPointer { decode($0) }
    }

    private static func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> LatencyHistogram? {
        var cursor = ByteCursor(bytes)
        guard cursor.fixed(UInt32.self)?.byteSwapped == cookie,
            let length = cursor.fixed(UInt32.self)?.byteSwapped, Int(length) == bytes.count - headerLength,
            cursor.fixed(UInt32.self) == 0,
            cursor.fixed(UInt32.self)?.byteSwapped == UInt32(LatencyHistogram.significantDigits),
            cursor.fixed(UInt64.self)?.byteSwapped == LatencyHistogram.lowest,
            cursor.fixed(UInt64.self)?.byteSwapped == LatencyHistogram.highest,
            cursor.fixed(UInt64.self)?.byteSwapped == (1.0).bitPattern
        else { return nil }
        var histogram = LatencyHistogram()
        var index = 0
        while cursor.remaining > 0 {
            guard let value = signed(&cursor) else { return nil }
            if value < 0 {
                guard value >= -Int64(HistogramIndex.limit - index) else { return nil }
                index += Int(-value)
            } else {
                // A total beyond 2^62 would overflow the histogram's own sums.
                guard index < HistogramIndex.limit, value <= (1 << 62) - Int64(histogram.count) else {
                    return nil
                }
                if value > 0 { histogram.add(UInt64(value), at: index) }
                index += 1
            }
        }
        return histogram
    }

    private static func encode(counts: [UInt64]) -> [UInt8] {
        var writer = ByteWriter(reserving: counts.count * 2)
        var index = 0
        while index < counts.count {
            guard counts[index] == 0 else {
                signed(Int64(clamping: counts[index]), into: &writer)
                index += 1
                continue
            }
            var zeros = 0
            while index < counts.count, counts[index] == 0 {
                zeros += 1
                index += 1
            }
            // A single zero is written as a count, as HdrHistogram does.
            signed(zeros > 1 ? -Int64(zeros) : 0, into: &writer)
        }
        return writer.bytes
    }

    /// ZigZagEncoding.putLong: LEB128, except that a ninth byte holds eight bits and ends the number.
    private static func signed(_ value: Int64, into writer: inout ByteWriter) {
        var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
        for _ in 0..<8 {
            guard rest >= 0x80 else { break }
            writer.fixed(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        writer.fixed(UInt8(truncatingIfNeeded: rest))
    }

    private static func signed(_ cursor: inout ByteCursor) -> Int64? {
        var zigzag: UInt64 = 0
        for index in 0..<9 {
            guard let byte = cursor.fixed(UInt8.self) else { return nil }
            let last = index == 8
            zigzag |= UInt64(last ? byte : byte & 0x7f) << UInt64(7 * index)
            if last || byte < 0x80 { break }
        }
        return Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
    }
}

extension LatencyHistogram {
    /// HdrHistogram's V2 compressed encoding, as in an interval log and between agent and coordinator.
    package var encoded: [UInt8] { HistogramPayload.compress(self) }

    /// nil for bytes that `encoded` did not write.
    package init?(encoded: [UInt8]) {
        guard let histogram = HistogramPayload.decompress(encoded) else { return nil }
        self = histogram
    }
}

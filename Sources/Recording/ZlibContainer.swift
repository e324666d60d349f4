/// A zlib stream (RFC 1950) of stored deflate blocks (RFC 1951, 3.2.4): valid for every reader, without a compressor of
/// our own. The payloads are varints already, so little would be won.
enum ZlibContainer {
    static func wrap(_ bytes: [UInt8]) -> [UInt8] {
        // CMF: deflate, 32 K window. FLG: so that the two are a multiple of 31.
        var stream: [UInt8] = [0x78, 0x01]
        stream.reserveCapacity(bytes.count + bytes.count / 65_535 * 5 + 11)
        var start = 0
        repeat {
            let end = min(start + 65_535, bytes.count)
            let length = UInt16(end - start)
            stream.append(end == bytes.count ? 1 : 0)
            stream.append(UInt8(truncatingIfNeeded: length))
            stream.append(UInt8(truncatingIfNeeded: length >> 8))
            stream.append(UInt8(truncatingIfNeeded: ~length))
            stream.append(UInt8(truncatingIfNeeded: ~length >> 8))
            stream += bytes[start..<end]
            start = end
        } while start < bytes.count
        let sum = adler32(bytes)
        for shift in [24, 16, 8, 0] as [UInt32] { stream.append(UInt8(truncatingIfNeeded: sum >> shift)) }
        return stream
    }

    /// nil for what is no zlib stream, is damaged, or is compressed by other means than `wrap`.
    static func unwrap(_ stream: [UInt8]) -> [UInt8]? {
        guard stream.count >= 11, stream[0] & 0x0f == 8, stream[1] & 0x20 == 0,
            (Int(stream[0]) * 256 + Int(stream[1])) % 31 == 0
        else { return nil }
        var bytes: [UInt8] = []
        var position = 2
        var last = false
        while !last {
            guard position + 5 <= stream.count, stream[position] <= 1 else { return nil }
            last = stream[position] == 1
            let length = UInt16(stream[position + 1]) | UInt16(stream[position + 2]) << 8
            let check = UInt16(stream[position + 3]) | UInt16(stream[position + 4]) << 8
            position += 5
            guard check == ~length, position + Int(length) <= stream.count else { return nil }
            bytes += stream[position..<(position + Int(length))]
            position += Int(length)
        }
        guard position + 4 == stream.count else { return nil }
        let sum = stream[position...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return sum == adler32(bytes) ? bytes : nil
    }

    /// RFC 1950, section 8.2. Sums are reduced each 5552 bytes, the most that cannot overflow 32 bits.
    static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var low: UInt32 = 1
        var high: UInt32 = 0
        var pending = 0
        for byte in bytes {
            low += UInt32(byte)
            high += low
            pending += 1
            if pending == 5_552 {
                low %= 65_521
                high %= 65_521
                pending = 0
            }
        }
        return (high % 65_521) << 16 | low % 65_521
    }
}

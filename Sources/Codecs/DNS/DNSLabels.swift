/// The labels of a name in a message (RFC 1035, sections 3.1 and 4.1.4), one after the other, as places in it. Pointers are
/// followed; each leads to an earlier place than all before, so there is an end. What is no name ends where it stops being one.
struct DNSLabels {
    private let bytes: UnsafeRawBufferPointer
    private var place: Int
    /// Before which a pointer must lead.
    private var least: Int
    /// As encoded, so far.
    private var total = 0

    init(_ bytes: UnsafeRawBufferPointer, _ start: Int) {
        self.bytes = bytes
        place = start
        least = start
    }

    /// Most bytes of a name, as encoded.
    private static let limit = 255

    mutating func next() -> Range<Int>? {
        while place < bytes.count {
            let length = Int(bytes[place])
            switch length & 0xc0 {
            case 0x00:
                total += 1 + length
                guard length > 0, place + length < bytes.count, total < Self.limit else { return nil }
                defer { place += 1 + length }
                return place + 1..<place + 1 + length
            case 0xc0:
                guard place + 1 < bytes.count else { return nil }
                place = (length & 0x3f) << 8 | Int(bytes[place + 1])
                guard place < least else { return nil }
                least = place
            default: return nil
            }
        }
        return nil
    }

    /// Behind a name: labels up to the root or up to a pointer, which ends it. Pointers are not followed.
    static func end(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        var place = start
        while place < bytes.count, place - start < 256 {
            let length = Int(bytes[place])
            switch length & 0xc0 {
            case 0x00:
                if length == 0 { return place + 1 }
                place += 1 + length
            case 0xc0: return place + 2
            default: return nil
            }
        }
        return nil
    }
}

extension UnsafeRawBufferPointer {
    /// In network byte order.
    func word(_ offset: Int) -> UInt16 { UInt16(self[offset]) << 8 | UInt16(self[offset + 1]) }
}

/// The fields of a kept head, one after the other, as places in it (RFC 9112, section 5). The scanner has seen that it is
/// one; a folded line belongs to no field here.
struct HeaderFields {
    private let head: UnsafeRawBufferPointer
    private var position = 0

    /// From the status line on.
    init(_ head: UnsafeRawBufferPointer) {
        self.head = head
        skipLine()
    }

    /// Name and value, without the space around it; nil after the last.
    mutating func next() -> (name: Range<Int>, value: Range<Int>)? {
        while position < head.count {
            let start = position
            skipLine()
            var end = position
            while end > start, Self.isSpace(head[end - 1]) { end -= 1 }
            guard end > start, !Self.isSpace(head[start]),
                let colon = head[start..<end].firstIndex(of: UInt8(ascii: ":"))
            else { continue }
            var first = colon + 1
            while first < end, Self.isSpace(head[first]) { first += 1 }
            return (start..<colon, first..<end)
        }
        return nil
    }

    /// Whether that name of the head is this one, given in lower case.
    func isName(_ range: Range<Int>, _ name: [UInt8]) -> Bool {
        guard range.count == name.count else { return false }
        for (index, byte) in name.enumerated() {
            let own = head[range.lowerBound + index]
            guard (own &- UInt8(ascii: "A") < 26 ? own | 0x20 : own) == byte else { return false }
        }
        return true
    }

    /// Behind the line end.
    private mutating func skipLine() {
        while position < head.count, head[position] != 0x0a { position += 1 }
        position = min(position + 1, head.count)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0d || byte == 0x0a
    }
}

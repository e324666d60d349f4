/// Where one message of a PostgreSQL server begins and ends (PostgreSQL documentation, 55.7): a type byte, then a length of
/// four bytes that counts itself.
struct BackendFrame {
    private(set) var type: UInt8 = 0
    /// Bytes of the head that were seen, of 5.
    private var seen = 0
    private var length: UInt32 = 0
    /// Of the body, still to come.
    private(set) var remaining = 0

    var isInHead: Bool { seen < 5 }
    /// Between two messages.
    var isEmpty: Bool { seen == 0 }
    /// Of the body; known once the head is whole.
    var bodyLength: Int { Int(length) - 4 }

    /// True: the head is whole.
    @inline(__always)
    mutating func head(_ byte: UInt8) -> Bool {
        if seen == 0 { type = byte } else { length = length << 8 | UInt32(byte) }
        seen += 1
        guard seen == 5 else { return false }
        remaining = max(0, bodyLength)
        return true
    }

    @inline(__always)
    mutating func body(_ count: Int) {
        remaining -= count
    }

    mutating func next() {
        self = BackendFrame()
    }
}

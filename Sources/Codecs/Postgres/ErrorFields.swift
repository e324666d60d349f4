/// What an ErrorResponse says, read as it comes: its SQLSTATE and whether it ends the connection (PostgreSQL
/// documentation, 55.8). Nothing is kept of its texts.
struct ErrorFields {
    /// Type of the field that is being read; 0: between two.
    private var field: UInt8 = 0
    private var index = 0
    private var isValid = true
    private var hasEnded = false
    private var digits = 0
    private var number: UInt32 = 0
    /// FATAL or PANIC: no answer follows on this connection.
    private(set) var isFatal = false

    /// The five characters of the SQLSTATE as a number to base 36; nil: it has none, or ends elsewhere.
    var sqlState: UInt32? { isValid && hasEnded && digits == 5 ? number : nil }

    mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { step(byte) }
    }

    @inline(__always)
    private mutating func step(_ byte: UInt8) {
        guard !hasEnded else {
            isValid = false
            return
        }
        if field == 0 {
            field = byte
            index = 0
            hasEnded = byte == 0
            return
        }
        if byte == 0 {
            field = 0
            return
        }
        switch field {
        case UInt8(ascii: "C"): digit(byte)
        // The severity that is never translated.
        case UInt8(ascii: "V") where index == 0:
            isFatal = byte == UInt8(ascii: "F") || byte == UInt8(ascii: "P")
        default: break
        }
        index += 1
    }

    private mutating func digit(_ byte: UInt8) {
        digits += 1
        guard digits <= 5 else {
            isValid = false
            return
        }
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number * 36 + UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "A")...UInt8(ascii: "Z"):
            number = number * 36 + UInt32(byte - UInt8(ascii: "A")) + 10
        default: isValid = false
        }
    }
}

/// A field name or a token of a field's value, lower-cased, of at most 24 bytes, without memory of its own: enough for
/// the few that the scanner looks for. A longer one equals none of them.
struct HeaderToken: Equatable {
    private var high: UInt64 = 0
    private var middle: UInt64 = 0
    private var low: UInt64 = 0
    private(set) var count = 0

    init() {}

    init(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { append(text.utf8Start[index]) }
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        let isUpper = byte &- UInt8(ascii: "A") < 26
        high = high << 8 | middle >> 56
        middle = middle << 8 | low >> 56
        low = low << 8 | UInt64(isUpper ? byte | 0x20 : byte)
        count &+= 1
    }

    static let contentLength = HeaderToken("content-length")
    static let transferEncoding = HeaderToken("transfer-encoding")
    static let connection = HeaderToken("connection")
    static let chunked = HeaderToken("chunked")
    static let close = HeaderToken("close")
    static let keepAlive = HeaderToken("keep-alive")
}

/// What the head of an HTTP/1.x answer says about its status and its length, gathered field by field (RFC 9112).
struct AnswerHead {
    /// Fields that matter here.
    enum Field: UInt8 {
        case other
        case contentLength
        case transferEncoding
        case connection
    }

    enum Body: Equatable {
        /// An interim answer (1xx): another head follows.
        case interim
        case none
        case length(UInt64)
        case chunked
        case untilClose
    }

    var status: UInt16 = 0
    /// HTTP/1.minor
    var minor: UInt8 = 1
    private var length: UInt64?
    private var hasTransferEncoding = false
    private var isChunked = false
    private var saysClose = false
    private var saysKeepAlive = false

    // Of the field that is being read:
    private var number: UInt64 = 0
    private var digits = 0
    private var numberEnded = false
    private var token = HeaderToken()
    private var inParameter = false

    init() {}

    mutating func begin(_ name: HeaderToken) -> Field {
        number = 0
        digits = 0
        numberEnded = false
        token = HeaderToken()
        inParameter = false
        if name == .contentLength { return .contentLength }
        if name == .transferEncoding { return .transferEncoding }
        return name == .connection ? .connection : .other
    }

    /// One byte of the value of a field other than `.other`; false when it cannot be there.
    mutating func value(_ byte: UInt8, of field: Field) -> Bool {
        if field == .contentLength { return lengthByte(byte) }
        switch byte {
        case UInt8(ascii: ","):
            endToken(of: field)
            inParameter = false
        case UInt8(ascii: ";"):
            endToken(of: field)
            inParameter = true
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): endToken(of: field)
        default: token.append(byte)
        }
        return true
    }

    /// The field's line has ended; false when its value says nothing valid.
    mutating func end(of field: Field) -> Bool {
        switch field {
        case .other: return true
        case .contentLength: return endLength()
        case .transferEncoding, .connection:
            endToken(of: field)
            return true
        }
    }

    /// RFC 9112, section 6.3.
    func body(answersHead: Bool) -> Body {
        if status < 200, status != 101 { return .interim }
        if answersHead || status == 101 || status == 204 || status == 304 { return .none }
        if hasTransferEncoding { return isChunked ? .chunked : .untilClose }
        guard let length else { return .untilClose }
        return length == 0 ? .none : .length(length)
    }

    /// Whether another request may follow on this connection (RFC 9112, section 9.3). Both a length and a transfer
    /// coding, or a coding in HTTP/1.0, smell of a confused peer: not again.
    var keepsConnection: Bool {
        if saysClose || status == 101 || (hasTransferEncoding && (length != nil || minor == 0)) {
            return false
        }
        return minor >= 1 || saysKeepAlive
    }

    private mutating func lengthByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            guard !numberEnded else { return false }
            let (product, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            guard !overflow, !carry else { return false }
            number = sum
            digits += 1
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): numberEnded = digits > 0
        case UInt8(ascii: ","):
            guard endLength() else { return false }
            number = 0
            digits = 0
            numberEnded = false
        default: return false
        }
        return true
    }

    /// The same length twice is allowed, two lengths are not.
    private mutating func endLength() -> Bool {
        guard digits > 0, length == nil || length == number else { return false }
        length = number
        return true
    }

    private mutating func endToken(of field: Field) {
        defer { token = HeaderToken() }
        guard token.count > 0, !inParameter else { return }
        if field == .transferEncoding {
            hasTransferEncoding = true
            isChunked = token == .chunked
        } else {
            if token == .close { saysClose = true }
            if token == .keepAlive { saysKeepAlive = true }
        }
    }
}

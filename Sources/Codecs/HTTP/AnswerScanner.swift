import Glibc

/// Finds where an HTTP/1.x answer ends and what its status is, from bytes in pieces of any size (RFC 9112). A pure value
/// without memory of its own: the same bytes give the same answer however they are cut.
package struct AnswerScanner: Sendable {
    package enum Progress: Sendable, Equatable {
        case incomplete
        /// The answer is whole. `reusable`: another request may be sent on the connection.
        case complete(status: UInt16, reusable: Bool)
        /// No HTTP/1.x answer, or a head of more than `headLimit` bytes.
        case malformed
    }

    /// Most bytes in status lines, fields, trailers and chunk extensions of one answer, interim answers included.
    package static let headLimit = 65_536

    private enum State: UInt8 {
        case statusLine, reason
        case lineStart, name, value, skippedValue, headEnd
        case length, untilClose
        case chunkSize, chunkExtension, chunkSizeEnd, chunk, chunkEnd, chunkEndFeed
        case trailerStart, trailer, trailerEnd
        case finished, failed
    }

    private let answersHead: Bool
    private var state = State.statusLine
    private var head = AnswerHead()
    private var token = HeaderToken()
    private var field = AnswerHead.Field.other
    private var hasField = false
    /// Position in the status line, or digits of a chunk's size.
    private var position = 0
    private var remaining: UInt64 = 0
    private var headBytes = 0
    private var reusable = false
    /// Whether any byte of the answer has come.
    package private(set) var hasBegun = false

    package init(answersHead: Bool) {
        self.answersHead = answersHead
    }

    /// The next bytes, as far as they belong to a head: how many do.
    mutating func feedHead(_ bytes: UnsafeRawBufferPointer) -> Int {
        var index = 0
        if !bytes.isEmpty { hasBegun = true }
        while index < bytes.count, isInHead {
            if state == .skippedValue || state == .reason {
                index = skipLine(bytes, from: index)
            } else {
                guard count(1) else { break }
                headStep(bytes[index])
                index += 1
            }
        }
        return index
    }

    private var isInHead: Bool { state.rawValue <= State.headEnd.rawValue }
    /// The head was whole and valid.
    var isPastHead: Bool { !isInHead && state != .failed }

    /// The next bytes, from `start` on. After `complete` or `malformed` nothing more may come: that is malformed. Bytes
    /// beyond the end of an answer make the connection not reusable, since nobody asked for them.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer, from start: Int = 0) -> Progress {
        var nothing = NoContent()
        return feed(bytes, from: start, into: &nothing)
    }

    /// The same, and what the answer holds goes into `content`, whose `clear` was called before its first byte.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer, keeping content: inout AnswerContent)
        -> Progress
    {
        feed(bytes, from: 0, into: &content)
    }

    mutating func feed(_ bytes: UnsafeRawBufferPointer, keeping content: inout BodyBytes) -> Progress {
        feed(bytes, from: 0, into: &content)
    }

    @inline(__always)
    private mutating func feed<Content: ScannedContent>(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int,
        into content: inout Content
    ) -> Progress {
        var index = start
        if !bytes.isEmpty { hasBegun = true }
        while index < bytes.count {
            let begin = index
            let isInHead = Content.keeps && isInHead
            defer {
                if isInHead {
                    content.addHead(UnsafeRawBufferPointer(rebasing: bytes[begin..<index]))
                    // An interim answer is over: what it said is not what was asked for.
                    if state == .statusLine, position == 0 { content.clear() }
                }
            }
            switch state {
            case .length, .chunk:
                let taken = min(remaining, UInt64(bytes.count - index))
                if Content.keeps {
                    content.addBody(UnsafeRawBufferPointer(rebasing: bytes[index..<index + Int(taken)]))
                }
                index += Int(taken)
                remaining -= taken
                if remaining == 0 { state = state == .length ? .finished : .chunkEnd }
            case .untilClose:
                if Content.keeps { content.addBody(UnsafeRawBufferPointer(rebasing: bytes[index...])) }
                index = bytes.count
            case .skippedValue, .reason, .trailer, .chunkExtension:
                index = skipLine(bytes, from: index)
            case .finished, .failed:
                if state == .finished, index > 0 {
                    reusable = false
                    return progress
                }
                state = .failed
                return .malformed
            default:
                step(bytes[index])
                index += 1
            }
        }
        return progress
    }

    /// The peer closed. `incomplete`: the answer was cut off.
    package mutating func end() -> Progress {
        guard state == .untilClose else { return progress }
        state = .finished
        reusable = false
        return progress
    }

    private var progress: Progress {
        switch state {
        case .finished: .complete(status: head.status, reusable: reusable)
        case .failed: .malformed
        default: .incomplete
        }
    }

    /// To the byte after the line's end, or to the end of the bytes.
    private mutating func skipLine(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        guard let first = bytes.baseAddress else { return start }
        let end = memchr(first + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
        var index = end.map { UnsafeRawPointer($0) - first } ?? bytes.count
        let found = index < bytes.count
        guard count(index - start) else { return index }
        if found {
            index += 1
            endLine()
        }
        return index
    }

    private mutating func endLine() {
        switch state {
        case .chunkExtension: beginChunk()
        case .trailer: state = .trailerStart
        default: state = .lineStart
        }
    }

    /// False, and failed, beyond the limit.
    private mutating func count(_ bytes: Int) -> Bool {
        headBytes += bytes
        if headBytes > Self.headLimit { state = .failed }
        return state != .failed
    }

    @inline(__always)
    private mutating func step(_ byte: UInt8) {
        switch state {
        case .statusLine, .lineStart, .name, .value, .headEnd:
            guard count(1) else { return }
            headStep(byte)
        default: chunkStep(byte)
        }
    }

    @inline(__always)
    private mutating func headStep(_ byte: UInt8) {
        switch state {
        case .statusLine: statusStep(byte)
        case .lineStart: beginLine(byte)
        case .name:
            if byte == UInt8(ascii: ":") {
                field = head.begin(token)
                hasField = true
                state = field == .other ? .skippedValue : .value
            } else if byte > 0x20, byte < 0x7f {
                token.append(byte)
            } else {
                state = .failed
            }
        case .value:
            if byte == UInt8(ascii: "\n") {
                // Its end is known at the next line only, which may continue it.
                state = .lineStart
            } else if !head.value(byte, of: field) {
                state = .failed
            }
        default: byte == UInt8(ascii: "\n") ? endHead() : fail()
        }
    }

    private mutating func statusStep(_ byte: UInt8) {
        let isDigit = byte &- UInt8(ascii: "0") < 10
        var isValid = true
        switch position {
        case 0..<7: isValid = byte == Self.prefix[position]
        case 7:
            isValid = isDigit
            head.minor = byte &- UInt8(ascii: "0")
        case 8: isValid = byte == UInt8(ascii: " ")
        case 9..<12:
            isValid = isDigit && (position > 9 || byte != UInt8(ascii: "0"))
            head.status = head.status &* 10 &+ UInt16(byte &- UInt8(ascii: "0"))
        default:
            isValid = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n")
            state = byte == UInt8(ascii: "\n") ? .lineStart : .reason
        }
        position += 1
        if !isValid { fail() }
    }

    private static let prefix: [UInt8] = Array("HTTP/1.".utf8)

    private mutating func beginLine(_ byte: UInt8) {
        let continues = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
        if continues {
            // An old-style folded line.
            guard hasField else { return fail() }
            state = field == .other ? .skippedValue : .value
            if field != .other, !head.value(byte, of: field) { fail() }
            return
        }
        if hasField {
            hasField = false
            guard head.end(of: field) else { return fail() }
        }
        switch byte {
        case UInt8(ascii: "\r"): state = .headEnd
        case UInt8(ascii: "\n"): endHead()
        case UInt8(ascii: ":"): fail()
        case 0x21..<0x7f:
            token = HeaderToken()
            token.append(byte)
            state = .name
        default: fail()
        }
    }

    private mutating func endHead() {
        reusable = head.keepsConnection
        switch head.body(answersHead: answersHead) {
        case .interim:
            head = AnswerHead()
            position = 0
            state = .statusLine
        case .none: state = .finished
        case .length(let length):
            remaining = length
            state = .length
        case .chunked:
            beginSize()
        case .untilClose: state = .untilClose
        }
    }

    private mutating func chunkStep(_ byte: UInt8) {
        switch state {
        case .chunkSize: sizeStep(byte)
        case .chunkSizeEnd: byte == UInt8(ascii: "\n") ? beginChunk() : fail()
        case .chunkEnd:
            if byte == UInt8(ascii: "\r") { state = .chunkEndFeed } else { endChunk(byte) }
        case .chunkEndFeed: endChunk(byte)
        case .trailerStart:
            switch byte {
            case UInt8(ascii: "\r"): state = .trailerEnd
            case UInt8(ascii: "\n"): state = .finished
            default: if count(1) { state = .trailer }
            }
        default: byte == UInt8(ascii: "\n") ? finish() : fail()
        }
    }

    private mutating func sizeStep(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit(byte &- UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit(byte &- UInt8(ascii: "a") &+ 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit(byte &- UInt8(ascii: "A") &+ 10)
        case _ where position == 0: fail()
        case UInt8(ascii: ";"), UInt8(ascii: " "), UInt8(ascii: "\t"): state = .chunkExtension
        case UInt8(ascii: "\r"): state = .chunkSizeEnd
        case UInt8(ascii: "\n"): beginChunk()
        default: fail()
        }
    }

    /// At most 15 digits: 2^60 bytes are enough, and nothing overflows.
    private mutating func digit(_ value: UInt8) {
        guard position < 15 else { return fail() }
        remaining = remaining << 4 | UInt64(value)
        position += 1
    }

    private mutating func beginSize() {
        remaining = 0
        position = 0
        state = .chunkSize
    }

    private mutating func beginChunk() {
        state = remaining == 0 ? .trailerStart : .chunk
    }

    private mutating func endChunk(_ byte: UInt8) {
        byte == UInt8(ascii: "\n") ? beginSize() : fail()
    }

    private mutating func finish() {
        state = .finished
    }

    private mutating func fail() {
        state = .failed
    }
}

/// Where the scanner puts what an answer holds. In this file, so that nothing is left of it where nothing is kept.
private protocol ScannedContent {
    static var keeps: Bool { get }
    mutating func clear()
    mutating func addHead(_ bytes: UnsafeRawBufferPointer)
    mutating func addBody(_ bytes: UnsafeRawBufferPointer)
}

private struct NoContent: ScannedContent {
    static var keeps: Bool { false }
    mutating func clear() {}
    mutating func addHead(_ bytes: UnsafeRawBufferPointer) {}
    mutating func addBody(_ bytes: UnsafeRawBufferPointer) {}
}

extension BodyBytes: ScannedContent {
    fileprivate static var keeps: Bool { true }
}

extension AnswerContent: ScannedContent {
    fileprivate static var keeps: Bool { true }
}

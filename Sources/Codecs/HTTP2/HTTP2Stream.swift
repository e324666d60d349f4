import Recording

/// One request under way on an HTTP/2 connection: what is left of its body to send, and what came of its answer.
struct HTTP2Stream {
    enum Ending: Equatable {
        /// It goes on.
        case none
        /// The answer is whole.
        case answered
        /// The peer gave it up (RST_STREAM).
        case reset
        /// The peer says that it never looked at it (RFC 9113, section 8.7).
        case unprocessed
        /// What came was no answer, and nghttp2 gave it up.
        case invalid
    }

    /// Of the request under way.
    var body: [UInt8]
    private(set) var answer: HTTP2Answer
    private(set) var ending = Ending.none
    /// Both sides are done with it; otherwise the peer answered before it had the whole request.
    private(set) var isClosed = false
    /// Nobody asks for it any more.
    var isReleased = false
    /// 0 or less: none.
    var id: Int32 = 0
    private var sent = 0
    private var wasReset = false

    init(body: [UInt8], answer: HTTP2Answer) {
        self.body = body
        self.answer = answer
    }

    mutating func begin() {
        answer.begin()
        ending = .none
        isClosed = false
        isReleased = false
        wasReset = false
        sent = 0
        id = 0
    }

    mutating func writeBody(_ buffer: UnsafeMutableRawBufferPointer) -> (count: Int, end: Bool) {
        let count = min(buffer.count, body.count - sent)
        body.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<sent + count]))
        }
        sent += count
        return (count, sent == body.count)
    }

    mutating func headersBegin() {
        answer.beginHeaders()
    }

    mutating func field(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        answer.field(name, value)
    }

    mutating func data(_ bytes: UnsafeRawBufferPointer) {
        answer.data(bytes)
    }

    /// True: with this it has ended.
    mutating func frame(endsStream: Bool, resets: Bool) -> Bool {
        guard ending == .none else { return false }
        if resets { wasReset = true }
        if endsStream { ending = .answered }
        return endsStream
    }

    /// True: with this it has ended.
    mutating func close(unprocessed: Bool) -> Bool {
        isClosed = true
        guard ending == .none else { return false }
        ending = unprocessed ? .unprocessed : wasReset ? .reset : .invalid
        return true
    }

    /// Of a stream that has ended.
    mutating func progress(reusable: Bool) -> Progress {
        switch ending {
        case .none: .incomplete
        case .unprocessed: .unprocessed
        case .answered: .complete(answer.outcome(), reusable: reusable)
        case .reset: .complete(.reset, reusable: reusable)
        case .invalid: .complete(.malformed, reusable: false)
        }
    }
}

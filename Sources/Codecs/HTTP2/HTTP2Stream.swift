import Recording

/// The one request under way on an HTTP/2 connection: what is left of its body to send, and what came of its answer.
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
        wasReset = false
        sent = 0
        id = 0
    }

    mutating func outcome() -> Outcome { answer.outcome() }

    mutating func writeBody(_ buffer: UnsafeMutableRawBufferPointer) -> (count: Int, end: Bool) {
        let count = min(buffer.count, body.count - sent)
        body.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<sent + count]))
        }
        sent += count
        return (count, sent == body.count)
    }

    mutating func headersBegin(on id: Int32) {
        if id == self.id { answer.beginHeaders() }
    }

    mutating func field(on id: Int32, _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        if id == self.id { answer.field(name, value) }
    }

    mutating func data(on id: Int32, _ bytes: UnsafeRawBufferPointer) {
        if id == self.id { answer.data(bytes) }
    }

    mutating func frame(on id: Int32, endsStream: Bool, resets: Bool) {
        guard id == self.id, ending == .none else { return }
        if endsStream { ending = .answered }
        if resets { wasReset = true }
    }

    mutating func closed(_ id: Int32, unprocessed: Bool) {
        guard id == self.id else { return }
        isClosed = true
        guard ending == .none else { return }
        switch (wasReset, unprocessed) {
        case (true, _): ending = .reset
        case (false, true): ending = .unprocessed
        case (false, false): ending = .invalid
        }
    }
}

import Plan

/// A reply as a text, as `redis-cli --raw` prints it: a string without its quotes, a number's digits, the elements of an
/// aggregate one a line, an empty line for a nil among them. Only a nil that is the whole reply is nothing.
struct ReplyText: Sendable {
    /// The reply's bytes, as far as a text that is looked at can take them; the memory is reused.
    private var bytes: [UInt8] = []
    private var isWhole = true

    /// A body's worth, and the lengths that stand between.
    private static let limit = 2 * AnswerCheck.bodyLimit

    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        isWhole = true
    }

    /// The next bytes, which the scanner has found to be of a reply.
    mutating func keep(_ more: UnsafeRawBufferPointer) {
        let room = Self.limit - bytes.count
        if more.count > room { isWhole = false }
        bytes += more.prefix(room)
    }

    /// What was kept is one reply.
    func write(into content: inout AnswerContent) {
        bytes.withUnsafeBytes { bytes in
            var values = ReplyValues(bytes)
            var isFirst = true
            while let text = values.next() {
                if !isFirst { content.addBody(UInt8(ascii: "\n")) }
                isFirst = false
                content.addBody(UnsafeRawBufferPointer(rebasing: bytes[text]))
            }
            content.isNothing = values.isNothing
        }
        if !isWhole { content.cut() }
    }
}

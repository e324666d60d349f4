import Plan

/// What is kept of one answer while it comes, for checks: nothing where there are none. The memory is reused.
package struct AnswerContent: Sendable {
    private let keepsHead: Bool
    private let keepsBody: Bool
    /// Status line and fields, as they came, or as HTTP/1.1 would write them.
    package private(set) var head: [UInt8] = []
    /// The first `AnswerCheck.bodyLimit` bytes.
    package private(set) var body: [UInt8] = []
    /// False when there was more of it.
    package private(set) var isWhole = true
    /// The answer says that there is nothing.
    var isNothing = false
    /// Of a query.
    var result: ResultContent

    init(_ checks: ContentChecks) {
        keepsHead = checks.readsHead
        keepsBody = checks.readsBody
        result = ResultContent(checks.cells)
    }

    package mutating func clear() {
        head.removeAll(keepingCapacity: true)
        body.removeAll(keepingCapacity: true)
        isWhole = true
        isNothing = false
        result.clear()
    }

    /// Bounded by whoever reads heads.
    package mutating func addHead(_ bytes: UnsafeRawBufferPointer) {
        if keepsHead { head += bytes }
    }

    /// A field, as HTTP/1.1 would write it; the first line is the status line's, which is empty here. What it holds was looked
    /// at by whoever read it: there is no line end in it.
    mutating func addField(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        guard keepsHead, head.count + name.count + value.count < Self.headLimit else { return }
        if head.isEmpty { head.append(Self.lineEnd) }
        head += name
        head.append(UInt8(ascii: ":"))
        head += value
        head.append(Self.lineEnd)
    }

    package mutating func addBody(_ bytes: UnsafeRawBufferPointer) {
        guard keepsBody else { return }
        let room = AnswerCheck.bodyLimit - body.count
        if bytes.count > room { isWhole = false }
        body += UnsafeRawBufferPointer(rebasing: bytes.prefix(room))
    }

    mutating func addBody(_ byte: UInt8) { withUnsafeBytes(of: byte) { addBody($0) } }

    /// There was more than what was added.
    mutating func cut() { isWhole = false }

    /// As that of an HTTP/1.1 head.
    private static let headLimit = AnswerScanner.headLimit
    private static let lineEnd: UInt8 = 0x0a
}

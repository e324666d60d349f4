import Plan

/// What is kept of one answer while it comes, for checks: nothing where there are none. The memory is reused.
package struct AnswerContent: Sendable {
    private let keepsHead: Bool
    private let keepsBody: Bool
    /// Status line and fields, as they came.
    package private(set) var head: [UInt8] = []
    /// The first `AnswerCheck.bodyLimit` bytes.
    package private(set) var body: [UInt8] = []
    /// False when there was more of it.
    package private(set) var isWhole = true

    package init(keepsHead: Bool, keepsBody: Bool) {
        self.keepsHead = keepsHead
        self.keepsBody = keepsBody
    }

    package mutating func clear() {
        head.removeAll(keepingCapacity: true)
        body.removeAll(keepingCapacity: true)
        isWhole = true
    }

    /// Bounded by whoever reads heads.
    package mutating func addHead(_ bytes: UnsafeRawBufferPointer) {
        if keepsHead { head += bytes }
    }

    package mutating func addBody(_ bytes: UnsafeRawBufferPointer) {
        guard keepsBody else { return }
        let room = AnswerCheck.bodyLimit - body.count
        if bytes.count > room { isWhole = false }
        body += UnsafeRawBufferPointer(rebasing: bytes.prefix(room))
    }
}

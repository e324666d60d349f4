/// Finds an answer to a request other than HEAD in bytes that come in pieces of any size, and keeps its content.
package struct HTTPAnswerReader {
    package enum Progress: Equatable {
        case incomplete
        case whole(status: UInt16, body: [UInt8], reusable: Bool)
        /// No HTTP/1.x answer, or a body of more than `BodyBytes.most`.
        case malformed
    }

    private var scanner = AnswerScanner(answersHead: false)
    private var body = BodyBytes()

    package init() {}

    package mutating func feed(_ bytes: [UInt8]) -> Progress {
        progress(bytes.withUnsafeBytes { scanner.feed($0, keeping: &body) })
    }

    /// The peer closed.
    package mutating func end() -> Progress { progress(scanner.end()) }

    private mutating func progress(_ progress: AnswerScanner.Progress) -> Progress {
        switch progress {
        case .incomplete: return body.isWhole ? .incomplete : .malformed
        case .malformed: return .malformed
        case .complete(let status, let reusable):
            defer { self = HTTPAnswerReader() }
            return body.isWhole ? .whole(status: status, body: body.bytes, reusable: reusable) : .malformed
        }
    }
}

/// The content of one answer, up to a limit.
struct BodyBytes {
    static let most = 1 << 28

    private(set) var bytes: [UInt8] = []
    private(set) var isWhole = true

    mutating func clear() { self = BodyBytes() }
    mutating func addHead(_ bytes: UnsafeRawBufferPointer) {}

    mutating func addBody(_ more: UnsafeRawBufferPointer) {
        guard bytes.count + more.count <= Self.most else {
            isWhole = false
            return
        }
        bytes += more
    }
}

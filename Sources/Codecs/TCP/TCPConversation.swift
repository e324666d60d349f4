import Plan
import Recording

/// Bytes over TCP, and bytes back; or the connection alone.
package struct TCPConversation: Conversation {
    private let script: TCPScript
    private var isAsked = false
    /// Bytes of the answer so far.
    private var received = 0

    package init(_ script: TCPScript) {
        self.script = script
    }

    package var hasBegun: Bool { received > 0 }

    package mutating func begin(into output: inout OutputBytes) -> Opening { .ready }

    package mutating func ask(_ number: UInt64, into output: inout OutputBytes) -> Progress {
        output.append(script.send)
        received = 0
        isAsked = script.expect != .nothing
        return isAsked ? .incomplete : .complete(.ok, reusable: false)
    }

    package mutating func feed(
        _ bytes: UnsafeRawBufferPointer,
        from position: inout Int,
        into output: inout OutputBytes
    ) -> Progress {
        guard isAsked else {
            position = bytes.count
            // A greeting before anything was asked for belongs to the first question only where that is no question.
            return .failed(.malformed)
        }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
        let used: Int
        switch script.expect {
        case .nothing, .echo: used = 0
        case .bytes(let expected):
            used = min(rest.count, expected.count - received)
            let isSame = expected.withUnsafeBytes { expected in
                expected[received..<received + used].elementsEqual(rest[..<used])
            }
            guard isSame else {
                position = bytes.count
                received += used
                isAsked = false
                return .complete(.wrongAnswer, reusable: false)
            }
            isAsked = received + used < expected.count
        case .count(let count):
            used = min(rest.count, count - received)
            isAsked = received + used < count
        case .line:
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            used = end.map { $0 + 1 } ?? rest.count
            isAsked = end == nil
        }
        received += used
        // What follows an answer, nobody asked for, and must not pass for the next one.
        let isLast = script.needsFreshConnection || used < rest.count
        position = bytes.count
        return isAsked ? .incomplete : .complete(.ok, reusable: !isLast)
    }

    package mutating func end() -> Progress { .incomplete }
}

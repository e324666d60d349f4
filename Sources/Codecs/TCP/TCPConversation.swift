import Plan
import Recording

/// Bytes over TCP, and bytes back; or the connection alone.
package struct TCPConversation: Conversation {
    private let script: TCPScript
    private var isAsked = false
    /// Bytes of the answer so far.
    private var received = 0
    /// What was sent and is to come back, where that differs from request to request.
    private var echo: [UInt8] = []
    private var examination: AnswerExamination

    package init(_ script: TCPScript) {
        self.script = script
        examination = AnswerExamination(script.checks)
    }

    package var hasBegun: Bool { received > 0 }

    package mutating func begin(into output: inout OutputBytes) -> Opening { .ready }

    package mutating func ask(_ number: UInt64, into output: inout OutputBytes) -> Progress {
        let start = output.count
        script.write(number, into: &output)
        if script.expect == .echo {
            echo.removeAll(keepingCapacity: true)
            echo += output.bytes[start...]
        }
        examination.begin()
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
        case .nothing: used = 0
        case .echo, .bytes:
            let count = expectedBytes
            used = min(rest.count, count - received)
            guard isExpected(UnsafeRawBufferPointer(rebasing: rest[..<used])) else {
                position = bytes.count
                received += used
                isAsked = false
                return .complete(.wrongAnswer, reusable: false)
            }
            isAsked = received + used < count
        case .count(let count):
            used = min(rest.count, count - received)
            isAsked = received + used < count
        case .line:
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            used = end.map { $0 + 1 } ?? rest.count
            isAsked = end == nil
        }
        received += used
        examination.content.addBody(UnsafeRawBufferPointer(rebasing: rest[..<used]))
        // What follows an answer, nobody asked for, and must not pass for the next one.
        let isLast = script.needsFreshConnection || used < rest.count
        position = bytes.count
        return isAsked ? .incomplete : .complete(examination.outcome(.ok), reusable: !isLast)
    }

    /// Of an answer that is known beforehand.
    private var expectedBytes: Int {
        if case .bytes(let bytes) = script.expect { bytes.count } else { echo.count }
    }

    /// Whether these are the next of them.
    private func isExpected(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let place = received..<received + bytes.count
        return if case .bytes(let expected) = script.expect {
            expected.withUnsafeBytes { $0[place].elementsEqual(bytes) }
        } else {
            echo.withUnsafeBytes { $0[place].elementsEqual(bytes) }
        }
    }

    package mutating func end() -> Progress { .incomplete }
}

import Recording

/// One question at a time to a name server, over UDP or over TCP, where two bytes of length stand before each message
/// (RFC 1035, section 4.2.2).
package struct DNSConversation: Conversation {
    private let script: DNSScript
    private var isAsked = false
    /// The message that was sent last, up to its question's end.
    private var question: [UInt8] = []
    private var examination: AnswerExamination
    /// Of a message over TCP: what has come, its length included. Bounded by what two bytes can say.
    private var gathered: [UInt8] = []
    package private(set) var hasBegun = false

    package init(_ script: DNSScript) {
        self.script = script
        examination = AnswerExamination(script.checks)
    }

    package mutating func begin(into output: inout OutputBytes) -> Opening { .ready }

    package mutating func ask(_ number: UInt64, into output: inout OutputBytes) -> Progress {
        // Neighbours in time get identifiers far apart; 40,503 is odd, so all 65,536 come before one returns.
        let id = UInt16(truncatingIfNeeded: number) &* 40_503
        isAsked = true
        hasBegun = false
        gathered.removeAll(keepingCapacity: true)
        examination.begin()
        if script.carrier == .stream { output.append(bigEndian: UInt16(0)) }
        let start = output.count
        script.write(number, into: &output)
        output.patch(bigEndian: id, at: start)
        if script.carrier == .stream {
            output.patch(bigEndian: UInt16(truncatingIfNeeded: output.count - start), at: start - 2)
        }
        question.removeAll(keepingCapacity: true)
        question += output.bytes[start..<output.count - DNSScript.additional]
        return .incomplete
    }

    package mutating func feed(
        _ bytes: UnsafeRawBufferPointer,
        from position: inout Int,
        into output: inout OutputBytes
    ) -> Progress {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
        guard script.carrier == .stream else {
            position = bytes.count
            return isAsked ? progress(rest) : .incomplete
        }
        guard isAsked else {
            position = bytes.count
            return .failed(.malformed)
        }
        hasBegun = true
        // First the length's two bytes, then what they say is missing.
        for byte in rest.prefix(max(0, 2 - gathered.count)) {
            gathered.append(byte)
            position += 1
        }
        guard gathered.count >= 2 else { return .incomplete }
        let whole = 2 + (Int(gathered[0]) << 8 | Int(gathered[1]))
        let taken = min(bytes.count - position, whole - gathered.count)
        gathered += bytes[position..<position + taken]
        position += taken
        guard gathered.count == whole else { return .incomplete }
        // What follows an answer, nobody asked for, and must not pass for the next one.
        let isAlone = position == bytes.count
        position = bytes.count
        let message = gathered
        return message.withUnsafeBytes {
            progress(UnsafeRawBufferPointer(rebasing: $0[2...]), reusable: isAlone)
        }
    }

    package mutating func end() -> Progress { .incomplete }

    private mutating func progress(_ message: UnsafeRawBufferPointer, reusable: Bool = true) -> Progress {
        let answer = question.withUnsafeBytes { DNSAnswer(message, to: $0) }
        // Over UDP it may be late, doubled or forged.
        if answer == .foreign, script.carrier == .datagram { return .incomplete }
        isAsked = false
        hasBegun = true
        guard case .code(let code, let isWhole) = answer else { return .failed(.malformed) }
        guard isWhole || code != 0 else { return .complete(.wrongAnswer, reusable: reusable) }
        examination.content.addBody(message)
        return .complete(examination.outcome(code: code, of: .dns), reusable: reusable)
    }
}

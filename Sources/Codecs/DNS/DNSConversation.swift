import Recording

/// One question at a time to a name server, over UDP or over TCP, where two bytes of length stand before each message
/// (RFC 1035, section 4.2.2).
package struct DNSConversation: Conversation {
    private let script: DNSScript
    private var asked: UInt16?
    /// Of a message over TCP: what has come, its length included. Bounded by what two bytes can say.
    private var gathered: [UInt8] = []
    package private(set) var hasBegun = false

    package init(_ script: DNSScript) {
        self.script = script
    }

    package mutating func begin(into output: inout OutputBytes) -> Opening { .ready }

    package mutating func ask(_ number: UInt64, into output: inout OutputBytes) -> Progress {
        // Neighbours in time get identifiers far apart; 40,503 is odd, so all 65,536 come before one returns.
        let id = UInt16(truncatingIfNeeded: number) &* 40_503
        asked = id
        hasBegun = false
        gathered.removeAll(keepingCapacity: true)
        if script.carrier == .stream {
            output.append(bigEndian: UInt16(truncatingIfNeeded: script.message.count))
        }
        let start = output.count
        output.append(script.message)
        output.patch(bigEndian: id, at: start)
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
            return asked == nil ? .incomplete : progress(rest)
        }
        guard asked != nil else {
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
        guard let id = asked else { return .incomplete }
        switch DNSAnswer(message, to: script, id: id) {
        case .foreign where script.carrier == .datagram: return .incomplete
        case .foreign, .broken:
            asked = nil
            hasBegun = true
            return .failed(.malformed)
        case .outcome(let outcome):
            asked = nil
            hasBegun = true
            return .complete(outcome, reusable: reusable)
        }
    }
}

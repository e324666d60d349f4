import Plan
import Recording

/// One datagram out, the same one back. Numbered ones begin with the load's token and the request's number, eight bytes
/// each; what carries another number is late or doubled, and passed over.
package struct EchoConversation: Conversation {
    private let script: EchoScript
    private var asked: UInt64?
    package private(set) var hasBegun = false
    /// What was sent, where that differs from request to request.
    private var sent: [UInt8] = []
    private var examination: AnswerExamination

    package init(_ script: EchoScript) {
        self.script = script
        examination = AnswerExamination(script.checks)
    }

    private static let echoHeader = 8
    private static let mark = 16

    package mutating func begin(into output: inout OutputBytes) -> Opening { .ready }

    package mutating func ask(_ number: UInt64, into output: inout OutputBytes) -> Progress {
        asked = number
        hasBegun = false
        examination.begin()
        let start = output.count
        if script.kind != .udp {
            // Echo request: type, code, checksum, identifier, sequence number. An unprivileged socket has the identifier
            // that the kernel gives it.
            output.append(script.kind == .icmp ? 8 : 128)
            output.append(0)
            output.append(bigEndian: UInt16(0))
            output.append(bigEndian: UInt16(truncatingIfNeeded: script.token))
            output.append(bigEndian: UInt16(truncatingIfNeeded: number))
        }
        switch script.payload {
        case .fixed(let bytes, _):
            if let template = script.template {
                template.write(number, into: &output)
                sent.removeAll(keepingCapacity: true)
                sent += output.bytes[start...]
            } else {
                output.append(bytes)
            }
        case .numbered(let size):
            output.append(bigEndian: script.token)
            output.append(bigEndian: number)
            for index in Self.mark..<max(Self.mark, size) { output.append(UInt8(truncatingIfNeeded: index)) }
        }
        // Over IPv6 it covers the addresses too, and the kernel writes it.
        if script.kind == .icmp {
            let packet = UnsafeRawBufferPointer(rebasing: output.bytes[start...])
            output.patch(bigEndian: InternetChecksum.of(packet), at: start + 2)
        }
        return .incomplete
    }

    package mutating func feed(
        _ bytes: UnsafeRawBufferPointer,
        from position: inout Int,
        into output: inout OutputBytes
    ) -> Progress {
        let datagram = UnsafeRawBufferPointer(rebasing: bytes[position...])
        position = bytes.count
        // Doubled, or of somebody else's.
        guard let asked, let payload = payload(of: datagram) else { return .incomplete }
        switch script.payload {
        case .fixed(let expected, let answer):
            let isEcho =
                script.template == nil ? expected.elementsEqual(payload) : sent.elementsEqual(payload)
            guard answer == .any || isEcho else { return complete(.wrongAnswer) }
            examination.content.addBody(payload)
            return complete(examination.outcome(.ok))
        case .numbered(let size):
            guard payload.count >= Self.mark, Self.number(payload, at: 0) == script.token else {
                return script.kind == .udp ? complete(.wrongAnswer) : .incomplete
            }
            guard Self.number(payload, at: 8) == asked else { return .incomplete }
            let isSame =
                payload.count == max(Self.mark, size)
                && payload.indices[Self.mark...].allSatisfy { payload[$0] == UInt8(truncatingIfNeeded: $0) }
            return complete(isSame ? .ok : .wrongAnswer)
        }
    }

    package mutating func end() -> Progress { .incomplete }

    private mutating func complete(_ outcome: Outcome) -> Progress {
        asked = nil
        hasBegun = true
        // Whoever sends something else may send more of it.
        return .complete(outcome, reusable: outcome == .ok && !script.needsFreshConnection)
    }

    /// Nil: no echo reply.
    private func payload(of datagram: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var message = datagram
        if script.kind == .udp { return message }
        // A raw socket of IPv4 gives the IP header too; an echo reply's type is 0, so the two cannot be confused.
        if script.kind == .icmp, let first = message.first, first >> 4 == 4 {
            let header = Int(first & 15) * 4
            guard header >= 20, message.count > header else { return nil }
            message = UnsafeRawBufferPointer(rebasing: message[header...])
        }
        guard message.count >= Self.echoHeader, message[0] == (script.kind == .icmp ? 0 : 129),
            message[1] == 0
        else { return nil }
        return UnsafeRawBufferPointer(rebasing: message[Self.echoHeader...])
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}

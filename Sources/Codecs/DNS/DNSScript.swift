package import Plan

/// One question to a name server, made once (RFC 1035, section 4.1): recursion desired, and answers of up to 1,232 bytes over
/// UDP by EDNS (RFC 6891). Each request has an identifier of its own.
package struct DNSScript: ConversationScript, Equatable {
    /// The message; the first two bytes are the identifier's.
    let message: [UInt8]
    /// The question's place in it.
    let question: Range<Int>
    package let carrier: Carrier
    /// Asking does no harm.
    package var mayRepeat: Bool { carrier == .stream }

    static let headerSize = 12
    private static let udpSize: UInt16 = 1_232

    package init(_ plan: DNSRequestPlan) {
        // Flags: RD. One question, one additional record.
        var bytes: [UInt8] = [0, 0, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 1]
        if plan.name != "." {
            for label in plan.name.split(separator: ".") {
                bytes.append(UInt8(truncatingIfNeeded: label.utf8.count))
                bytes += label.utf8
            }
        }
        bytes.append(0)
        let type = plan.type.rawValue
        bytes += [UInt8(type >> 8), UInt8(type & 0xff), 0, 1]
        question = Self.headerSize..<bytes.count
        // OPT: the root, type 41, the size in the place of a class, no flags, no options.
        bytes += [0, 0, 41, UInt8(Self.udpSize >> 8), UInt8(Self.udpSize & 0xff), 0, 0, 0, 0, 0, 0]
        message = bytes
        carrier = plan.over == .udp ? .datagram : .stream
    }
}

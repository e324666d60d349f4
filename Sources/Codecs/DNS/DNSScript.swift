package import Plan

/// One question to a name server, made once (RFC 1035, section 4.1): recursion desired, and answers of up to 1,232 bytes over
/// UDP by EDNS (RFC 6891). Each request has an identifier of its own.
package struct DNSScript: ConversationScript, Equatable {
    /// Up to the question; the first two bytes are the identifier's.
    private let head: [UInt8]
    /// The name's text, without the dot at its end; empty is the root.
    private let name: [UInt8]
    /// Where names differ; `name` is not used then.
    private let template: PayloadTemplate?
    /// Behind the name.
    private let tail: [UInt8]
    let checks: ContentChecks
    package let carrier: Carrier
    /// Asking does no harm.
    package var mayRepeat: Bool { carrier == .stream }

    static let headerSize = 12
    private static let udpSize: UInt16 = 1_232

    /// - Parameter template: of the plan's name; nil: it is the same each time.
    package init(
        _ plan: DNSRequestPlan,
        checks: [AnswerCheck] = [],
        template: PayloadTemplate? = nil
    ) {
        // Flags: RD. One question, one additional record.
        head = [0, 0, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 1]
        name = plan.name == "." ? [] : Array(plan.name.utf8)
        self.template = template
        let type = plan.type.rawValue
        tail =
            [UInt8(type >> 8), UInt8(type & 0xff), 0, 1]
            // OPT: the root, type 41, the size in the place of a class, no flags, no options.
            + [0, 0, 41, UInt8(Self.udpSize >> 8), UInt8(Self.udpSize & 0xff), 0, 0, 0, 0, 0, 0]
        self.checks = ContentChecks(checks, question: plan.type)
        carrier = plan.over == .udp ? .datagram : .stream
    }

    /// Bytes of the additional record, behind the question.
    static let additional = 11

    /// The message of the request with this number, its identifier left out.
    func write(_ number: UInt64, into output: inout OutputBytes) {
        output.append(head)
        let start = output.count
        // Where the first label's length goes; later ones stand in the place of the dots.
        output.append(0)
        if let template { template.write(number, into: &output) } else { output.append(name) }
        guard output.count > start + 1 else { return output.append(tail) }
        var length = output.count
        for place in (start..<output.count).reversed() where place == start || output.bytes[place] == Self.dot
        {
            // That every name has labels of at most 63 bytes is known from the plan.
            output.patch(bigEndian: UInt8(truncatingIfNeeded: length - place - 1), at: place)
            length = place
        }
        output.append(0)
        output.append(tail)
    }

    private static let dot = UInt8(ascii: ".")
}

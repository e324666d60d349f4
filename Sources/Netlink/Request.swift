import CNetlink
import LinuxSystem
import Measures

/// One rtnetlink message that is not sent yet: a pure value, which a test compares byte for byte and a plan prints.
package struct Request: Sendable, Hashable {
    /// For people and for errors: "add qdisc netem to web1".
    package let operation: String
    /// RTM_…
    package let type: UInt16
    /// NLM_F_…, without NLM_F_REQUEST and NLM_F_ACK, which every request gets.
    package let flags: UInt16
    /// The family's header and the attributes.
    package let payload: [UInt8]

    package init(operation: String, type: Int, flags: Int, payload: [UInt8]) {
        self.operation = operation
        self.type = UInt16(truncatingIfNeeded: type)
        self.flags = UInt16(truncatingIfNeeded: flags) & ~UInt16(NLM_F_REQUEST | NLM_F_ACK)
        self.payload = payload
    }

    /// What goes over the socket. `struct nlmsghdr`, then the payload.
    package func bytes(sequence: UInt32 = 0, port: UInt32 = 0) -> [UInt8] {
        Attribute.bytes(UInt32(16 + payload.count)) + Attribute.bytes(type)
            + Attribute.bytes(flags | UInt16(NLM_F_REQUEST | NLM_F_ACK)) + Attribute.bytes(sequence)
            + Attribute.bytes(port) + payload
    }

    /// Takes what one of libnl's `rtnl_…_build_…_request` functions builds.
    static func built(
        _ operation: String,
        _ build: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
    ) throws(NetlinkError) -> Request {
        var pointer: OpaquePointer?
        let result = build(&pointer)
        guard result >= 0, let message = ForeignHandle(pointer, release: { nlmsg_free($0) }) else {
            throw NetlinkError(
                operation: operation,
                library: abs(result),
                libraryText: LibraryCode.text(result)
            )
        }
        guard let header = nlmsg_hdr(message.pointer), let data = nlmsg_data(header) else {
            throw NetlinkError(operation, refused: "libnl built an empty message", exitCode: .defect)
        }
        let payload = UnsafeRawBufferPointer(start: data, count: Int(nlmsg_datalen(header)))
        return Request(
            operation: operation,
            type: Int(header.pointee.nlmsg_type),
            flags: Int(header.pointee.nlmsg_flags),
            payload: Array(payload)
        )
    }
}

/// One message of an answer.
package struct Answer: Sendable, Hashable {
    package let type: UInt16
    package let payload: [UInt8]

    package init(type: UInt16, payload: [UInt8]) {
        self.type = type
        self.payload = payload
    }
}

/// libnl's error numbers.
enum LibraryCode {
    /// C: `nl_geterror`; takes the negative number that libnl returns.
    static func text(_ code: Int32) -> String {
        guard let text = nl_geterror(code) else { return "libnl error \(code)" }
        return String(cString: text)
    }
}

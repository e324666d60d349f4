/// Requests to and answers from sock_diag, as bytes: linux/inet_diag.h. Numbers are in host order, ports and addresses in
/// network order; the machines that Faultline runs on are little endian.
enum DiagMessage {
    static let byFamily: UInt16 = 20
    static let destroy: UInt16 = 21
    private static let tcp: UInt8 = 6
    private static let headerLength = 16
    private static let identityLength = 48
    private static let cgroupAttribute: UInt16 = 21

    /// All sockets of a family in these states. Flags: NLM_F_REQUEST | NLM_F_DUMP.
    static func list(family: UInt8, states: Set<TCPState>, sequence: UInt32) -> [UInt8] {
        let mask = states.reduce(UInt32(0)) { $0 | 1 << UInt32($1.rawValue) }
        let nobody = SocketIdentity(family: family, bytes: [UInt8](repeating: 0, count: identityLength))
        return request(byFamily, flags: 0x301, nobody, states: mask, sequence)
    }

    /// Flags: NLM_F_REQUEST | NLM_F_ACK.
    static func destroy(_ socket: SocketIdentity, sequence: UInt32) -> [UInt8] {
        request(destroy, flags: 0x5, socket, states: .max, sequence)
    }

    /// `struct inet_diag_req_v2`.
    private static func request(
        _ type: UInt16,
        flags: UInt16,
        _ socket: SocketIdentity,
        states: UInt32,
        _ sequence: UInt32
    ) -> [UInt8] {
        let length = headerLength + 8 + identityLength
        return hostOrder(UInt32(length)) + hostOrder(type) + hostOrder(flags) + hostOrder(sequence)
            + hostOrder(UInt32(0)) + [socket.family, tcp, 0, 0] + hostOrder(states) + socket.bytes
    }

    enum Answer: Hashable {
        case socket(TCPSocket)
        case done
        /// The errno, 0 for an acknowledgement.
        case result(Int32)
    }

    /// Those with this sequence number, up to the first whose length makes no sense.
    static func answers(in datagram: ArraySlice<UInt8>, sequence: UInt32) -> [Answer] {
        var answers: [Answer] = []
        var rest = datagram
        while rest.count >= headerLength {
            let length = Int(number(rest.prefix(4)))
            guard length >= headerLength, length <= rest.count else { break }
            let message = rest.prefix(length)
            rest = rest.dropFirst((length + 3) & ~3)
            guard number(message.dropFirst(8).prefix(4)) == sequence else { continue }
            let payload = message.dropFirst(headerLength)
            switch number(message.dropFirst(4).prefix(2)) {
            case 2:
                guard payload.count >= 4 else { continue }
                let code = Int32(truncatingIfNeeded: Int64(number(payload.prefix(4))))
                answers.append(.result(code == .min ? .max : abs(code)))
            case 3: answers.append(.done)
            case UInt64(byFamily):
                if let socket = TCPSocket(message: payload) { answers.append(.socket(socket)) }
            default: break
            }
        }
        return answers
    }

    fileprivate static func cgroup(in attributes: ArraySlice<UInt8>) -> UInt64? {
        var rest = attributes
        while rest.count >= 4 {
            let length = Int(number(rest.prefix(2)))
            guard length >= 4, length <= rest.count else { return nil }
            let type = UInt16(truncatingIfNeeded: number(rest.dropFirst(2).prefix(2))) & 0x3fff
            if type == cgroupAttribute, length == 12 { return number(rest.dropFirst(4).prefix(8)) }
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return nil
    }
}

extension TCPSocket {
    /// `struct inet_diag_msg`, 72 bytes, and attributes.
    fileprivate init?(message: ArraySlice<UInt8>) {
        let bytes = Array(message)
        guard bytes.count >= 72, let state = TCPState(rawValue: bytes[1]) else { return nil }
        let isIPv6 = bytes[0] == 10
        guard isIPv6 || bytes[0] == 2 else { return nil }
        let port = { (offset: Int) in UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1]) }
        let address = { (offset: Int) in
            let full = Array(bytes[offset..<offset + 16])
            guard isIPv6 else { return Array(full.prefix(4)) }
            let isMapped = full.prefix(10).allSatisfy { $0 == 0 } && full[10] == 0xff && full[11] == 0xff
            return isMapped ? Array(full.suffix(4)) : full
        }
        self.state = state
        local = SocketEnd(address: address(8), port: port(4))
        remote = SocketEnd(address: address(24), port: port(6))
        cookie = number(bytes[44..<52])
        user = UInt32(truncatingIfNeeded: number(bytes[64..<68]))
        inode = number(bytes[68..<72])
        cgroup = DiagMessage.cgroup(in: bytes[72...])
        identity = SocketIdentity(family: bytes[0], bytes: Array(bytes[4..<52]))
    }
}

private func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
}

private func hostOrder(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number, Array.init)
}

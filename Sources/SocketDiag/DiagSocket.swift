import Glibc
import LinuxSystem
import Measures

/// A conversation with the kernel about the TCP sockets of one network namespace, that of the thread that opens it.
/// C: socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG), like `ss`. Not for two threads at once.
package struct DiagSocket: ~Copyable, Sendable {
    private let descriptor: OwnedDescriptor
    private var buffer = [UInt8](repeating: 0, count: 1 << 17)
    private var sequence: UInt32 = 0

    package init() throws(DiagError) {
        let number = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 4)
        guard number >= 0 else { throw DiagError("open a socket to sock_diag", errno: errno) }
        descriptor = OwnedDescriptor(owning: number)
    }

    /// IPv4 and IPv6, in the kernel's order.
    package mutating func sockets(in states: Set<TCPState> = Set(TCPState.allCases)) throws(DiagError)
        -> [TCPSocket]
    {
        var found: [TCPSocket] = []
        for family in [UInt8(AF_INET), UInt8(AF_INET6)] { try list(family, states, into: &found) }
        return found
    }

    private mutating func list(_ family: UInt8, _ states: Set<TCPState>, into found: inout [TCPSocket])
        throws(DiagError)
    {
        let operation = "list TCP sockets"
        sequence &+= 1
        try send(DiagMessage.list(family: family, states: states, sequence: sequence), operation)
        while true {
            for answer in try receive(operation) {
                switch answer {
                case .socket(let socket): found.append(socket)
                case .done: return
                case .result(0): return
                // A kernel without IPv6 has no such sockets.
                case .result(ENOENT) where family == UInt8(AF_INET6): return
                case .result(let code): throw DiagError(operation, errno: code)
                }
            }
        }
    }

    /// Ends a connection at once: its owner reads ECONNABORTED, and its peer gets a reset. False when it was gone.
    /// Like `ss -K`. C: SOCK_DESTROY. Errors: no CAP_NET_ADMIN; a kernel without CONFIG_INET_DIAG_DESTROY.
    package mutating func destroy(_ socket: TCPSocket) throws(DiagError) -> Bool {
        try destroy(socket.identity, "close the connection \(socket)")
    }

    /// Asks for a socket that cannot be. Errors: the kernel's, when it cannot close any.
    mutating func tryDestroying() throws(DiagError) {
        let nobody = SocketIdentity(family: UInt8(AF_INET), bytes: [UInt8](repeating: 0xff, count: 48))
        _ = try destroy(nobody, "close a connection")
    }

    private mutating func destroy(_ socket: SocketIdentity, _ operation: String) throws(DiagError) -> Bool {
        sequence &+= 1
        try send(DiagMessage.destroy(socket, sequence: sequence), operation)
        for answer in try receive(operation) {
            guard case .result(let code) = answer else { continue }
            switch code {
            case 0: return true
            // ESTALE: another socket has its place.
            case ENOENT, ESTALE: return false
            default: throw DiagError(operation, errno: code)
            }
        }
        throw DiagError(operation, errno: EIO)
    }

    private func send(_ bytes: [UInt8], _ operation: String) throws(DiagError) {
        // Without an address it goes to the kernel.
        while Glibc.send(descriptor.number, bytes, bytes.count, 0) < 0 {
            guard errno == EINTR else { throw DiagError(operation, errno: errno) }
        }
    }

    /// Of one datagram. The kernel writes within `send` and `recv`, so there is one unless something is very wrong.
    private mutating func receive(_ operation: String) throws(DiagError) -> [DiagMessage.Answer] {
        while true {
            let count = recv(descriptor.number, &buffer, buffer.count, Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC))
            if count >= 0, count <= buffer.count {
                return DiagMessage.answers(in: buffer[..<count], sequence: sequence)
            }
            guard count < 0, errno == EINTR else {
                throw DiagError(operation, errno: count < 0 ? errno : EMSGSIZE)
            }
        }
    }
}

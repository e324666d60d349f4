import Glibc

// The words of this target, those of the kernel's sock_diag: a socket has two *ends*, a *state*, and a *cookie*, a number
// that no other socket of the host gets while it runs, by which it is closed and no other in its place.

/// An address and a port.
package struct SocketEnd: Sendable, Hashable, CustomStringConvertible {
    /// Network order, 4 bytes or 16. IPv4 addresses that an IPv6 socket talks to are 4.
    package let address: [UInt8]
    package let port: UInt16

    package init(address: [UInt8], port: UInt16) {
        self.address = address
        self.port = port
    }

    package var isIPv6: Bool { address.count == 16 }

    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(isIPv6 ? AF_INET6 : AF_INET, address, &text, socklen_t(text.count)) != nil else {
            return "?:\(port)"
        }
        let host = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

/// The kernel's TCP_ESTABLISHED and so on.
package enum TCPState: UInt8, Sendable, Hashable, CaseIterable {
    case established = 1
    case synSent = 2
    case synReceived = 3
    case finWait1 = 4
    case finWait2 = 5
    case timeWait = 6
    case closed = 7
    case closeWait = 8
    case lastAcknowledgement = 9
    case listening = 10
    case closing = 11
    case newSynReceived = 12
}

/// A TCP socket of this network namespace as the kernel lists it.
package struct TCPSocket: Sendable, Hashable, CustomStringConvertible {
    package let state: TCPState
    package let local: SocketEnd
    package let remote: SocketEnd
    /// Who made it; effective user.
    package let user: UInt32
    /// As in /proc/PID/fd: "socket:[INODE]"; 0 when no process has it any more.
    package let inode: UInt64
    package let cookie: UInt64
    /// Inode number of its group in cgroup v2; nil before Linux 5.8.
    package let cgroup: UInt64?
    /// As the kernel knows it, with which it is found again: an IPv6 socket may have IPv4 ends.
    let identity: SocketIdentity

    package var description: String { "\(local) to \(remote)" }
}

/// The kernel's family and `struct inet_diag_sockid`, as it told them.
struct SocketIdentity: Sendable, Hashable {
    var family: UInt8
    /// 48 bytes: ports, addresses, interface, cookie.
    var bytes: [UInt8]
}

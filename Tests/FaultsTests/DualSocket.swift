import Glibc
import LinuxSystem
import TestSupport

/// A socket of either family whose calls are bounded by two seconds, in the namespace of the thread that opens it.
struct DualSocket: ~Copyable, Sendable {
    let descriptor: OwnedDescriptor
    private let isIPv6: Bool
    var number: Int32 { descriptor.number }

    init(_ kind: __socket_type, isIPv6: Bool, port: UInt16 = 0) throws {
        let number = try SystemError.check("socket") {
            socket(isIPv6 ? AF_INET6 : AF_INET, Int32(kind.rawValue) | O_CLOEXEC, 0)
        }
        let owned = OwnedDescriptor(owning: number)
        var one: Int32 = 1
        setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &one, 4)
        // A timeval.
        var timeout: [Int] = [2, 0]
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(number, SOL_SOCKET, option, &timeout, socklen_t(2 * MemoryLayout<Int>.size))
        }
        if kind == SOCK_STREAM { setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4) }
        // Errors of the network are queued for the sender, also those that only a connected socket would hear of.
        setsockopt(number, Int32(isIPv6 ? IPPROTO_IPV6 : IPPROTO_IP), isIPv6 ? 25 : 11, &one, 4)
        try Self.call(Glibc.bind, number, isIPv6, isIPv6 ? "::" : "0.0.0.0", port, "bind")
        descriptor = owned
        self.isIPv6 = isIPv6
    }

    private init(owning number: Int32, isIPv6: Bool) {
        descriptor = OwnedDescriptor(owning: number)
        self.isIPv6 = isIPv6
    }

    func connect(to address: String, port: UInt16) throws {
        try Self.call(Glibc.connect, number, isIPv6, address, port, "connect")
    }

    func listen() throws { try SystemError.check("listen") { Glibc.listen(number, 8) } }

    func accept() throws -> DualSocket {
        DualSocket(owning: try SystemError.check("accept") { Glibc.accept(number, nil, nil) }, isIPv6: isIPv6)
    }

    /// The errno, 0 when it was sent.
    func send(_ value: Int64) -> Int32 {
        var value = value
        return Glibc.send(number, &value, 8, Int32(MSG_NOSIGNAL)) == 8 ? 0 : errno
    }

    /// The next eight bytes; nil when there are none now, or, if it is to wait, none come within two seconds.
    func receive(waits: Bool = true) -> Int64? {
        var value: Int64 = 0
        return recv(number, &value, 8, Int32(waits ? MSG_WAITALL : MSG_DONTWAIT)) == 8 ? value : nil
    }

    /// What recv says when it gives no bytes: 0 is the end, else the errno.
    func end() -> Int32? {
        var value: Int64 = 0
        let count = recv(number, &value, 8, 0)
        return count > 0 ? nil : count == 0 ? 0 : errno
    }

    /// Whether the network told this socket of an error, at once or by its queue (IP_RECVERR).
    var wasTold: Bool {
        var pending: Int32 = 0
        var length = socklen_t(4)
        getsockopt(number, SOL_SOCKET, SO_ERROR, &pending, &length)
        var byte: UInt8 = 0
        return pending != 0 || recv(number, &byte, 1, Int32(MSG_ERRQUEUE) | Int32(MSG_DONTWAIT)) >= 0
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32,
        _ number: Int32,
        _ isIPv6: Bool,
        _ address: String,
        _ port: UInt16,
        _ operation: String
    ) throws {
        var six = sockaddr_in6()
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = port.bigEndian
        inet_pton(AF_INET6, address, &six.sin6_addr)
        var four = sockaddr_in()
        four.sin_family = sa_family_t(AF_INET)
        four.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &four.sin_addr)
        try SystemError.check("\(operation) \(address):\(port)") {
            isIPv6
                ? withUnsafePointer(to: &six) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        function(number, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                    }
                }
                : withUnsafePointer(to: &four) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        function(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
        }
    }
}

/// Two hosts on one wire that talk IPv4 and IPv6.
struct DualHosts {
    let near: TestHost
    let far: TestHost

    static func with(_ body: (DualHosts) throws -> Void) async throws {
        try await withTestNamespaces(count: 2) { hosts in
            for (index, host) in hosts.enumerated() {
                let command = "ip address add fd99::\(index + 1)/64 dev eth0 nodad"
                let (status, text) = try conformanceShell(command, in: host.namespace)
                guard status == 0 else { throw SystemError(command, refused: text) }
            }
            let pair = DualHosts(near: hosts[0], far: hosts[1])
            for isIPv6 in [false, true] {
                let ping = "ping -q -n -c 1 -w 10 -i 0.2 \(pair.farAddress(isIPv6))"
                let (status, text) = try conformanceShell(ping, in: pair.near.namespace)
                guard status == 0 else { throw SystemError(ping, refused: text) }
            }
            try body(pair)
        }
    }

    func nearAddress(_ isIPv6: Bool) -> String { isIPv6 ? "fd99::1" : near.address }
    func farAddress(_ isIPv6: Bool) -> String { isIPv6 ? "fd99::2" : far.address }

    /// An established connection from the first of them to a port of the second.
    func connection(isIPv6: Bool, toNear: Bool = false, port: UInt16) throws -> Connection {
        let (client, server) = toNear ? (far, near) : (near, far)
        let address = toNear ? nearAddress(isIPv6) : farAddress(isIPv6)
        let listener = try server.namespace.inside {
            let socket = try DualSocket(SOCK_STREAM, isIPv6: isIPv6, port: port)
            try socket.listen()
            return socket
        }
        let calling = try client.namespace.inside {
            let socket = try DualSocket(SOCK_STREAM, isIPv6: isIPv6)
            try socket.connect(to: address, port: port)
            return socket
        }
        return Connection(client: calling, server: try listener.accept())
    }

    final class Connection: Sendable {
        let client: DualSocket
        let server: DualSocket

        init(client: consuming DualSocket, server: consuming DualSocket) {
            self.client = client
            self.server = server
        }

        /// Both ways, each within two seconds.
        var isAlive: Bool {
            client.send(17) == 0 && server.receive() == 17 && server.send(18) == 0 && client.receive() == 18
        }
    }
}

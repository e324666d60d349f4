import Codecs
import Glibc
import Recording

/// The system calls of the hot path on one socket, never blocking; each gives the errno at once and allocates nothing.
enum Socket {
    enum Opening {
        case connected(Int32)
        /// Wait until it is writable, then ask `error(of:)`.
        case underWay(Int32)
        case failed(errno: Int32)
    }

    /// C: `socket`, `setsockopt(TCP_NODELAY)`, `connect`. What is connected hears its peer only, and of its peer's ICMP
    /// errors.
    static func open(_ address: HostAddress, _ carrier: Carrier = .stream) -> Opening {
        let fd = make(address.family, carrier)
        guard fd >= 0 else { return .failed(errno: errno) }
        var on: Int32 = 1
        if carrier == .stream {
            // Without it the kernel would hold back a second small segment until the first is acknowledged.
            _ = setsockopt(fd, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        let result = address.bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return Int32(-1) }
            return connect(fd, start.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        if result == 0 {
            guard carrier != .echo, isItsOwnPeer(fd) else { return .connected(fd) }
            reset(fd)
            return .failed(errno: ECONNREFUSED)
        }
        let number = errno
        // After EINTR the attempt goes on by itself, as with EINPROGRESS.
        if number == EINPROGRESS || number == EINTR { return .underWay(fd) }
        _ = Glibc.close(fd)
        return .failed(errno: number)
    }

    private static func make(_ family: Int32, _ carrier: Carrier) -> Int32 {
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let datagram = flags | Int32(SOCK_DGRAM.rawValue)
        switch carrier {
        case .stream: return socket(family, flags | Int32(SOCK_STREAM.rawValue), 0)
        case .datagram: return socket(family, datagram, 0)
        case .echo:
            let transport = family == AF_INET6 ? Int32(IPPROTO_ICMPV6) : Int32(IPPROTO_ICMP)
            // Without privileges where net.ipv4.ping_group_range allows it, else with CAP_NET_RAW.
            let fd = socket(family, datagram, transport)
            return fd >= 0 ? fd : socket(family, flags | Int32(SOCK_RAW.rawValue), transport)
        }
    }

    /// What an error on a connected datagram socket says of the request that it answers.
    static func outcome(ofError number: Int32, _ carrier: Carrier) -> Outcome {
        switch carrier {
        case .stream: return .reset
        case .datagram: return number == ECONNREFUSED ? .refused : .notConnected
        case .echo:
            // Destination unreachable, type 3, by the kernel's table (net/ipv4/icmp.c, icmp_err_convert).
            let codes = [ENETUNREACH: 0, EHOSTUNREACH: 1, ENOPROTOOPT: 2, ECONNREFUSED: 3] as [Int32: UInt32]
            return codes[number].map { .error(AnswerError(.icmp, 3 * 256 + $0)) } ?? .notConnected
        }
    }

    /// The pending error, 0 for none; takes it away. C: `getsockopt(SO_ERROR)`.
    static func error(of fd: Int32) -> Int32 {
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &size) == 0 ? number : errno
    }

    /// Whether nobody but the socket itself is at its other end. A connect to a port of this host may be given that very
    /// port as its own, when nobody listens there: TCP then opens to itself (RFC 9293, 3.5, simultaneous open), and UDP
    /// hears what it says. What is dead would seem to answer. C: `getsockname`, `getpeername`.
    static func isItsOwnPeer(_ fd: Int32) -> Bool {
        guard let own = name(fd, getsockname), let peer = name(fd, getpeername) else { return false }
        return own.sin6_family == peer.sin6_family && own.sin6_port == peer.sin6_port
            && (own.sin6_family == AF_INET6
                ? withUnsafeBytes(of: own.sin6_addr) { a in
                    withUnsafeBytes(of: peer.sin6_addr) { a.elementsEqual($0) }
                }
                // sockaddr_in has its address where sockaddr_in6 has the flow label.
                : own.sin6_flowinfo == peer.sin6_flowinfo)
    }

    /// 0 when the kernel does not tell. C: `getsockname`.
    static func localPort(of fd: Int32) -> UInt16 {
        // The port stands at the same place in both families' addresses.
        name(fd, getsockname).map { UInt16(bigEndian: $0.sin6_port) } ?? 0
    }

    private typealias Asking = (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) ->
        Int32

    /// A sockaddr_in in the room of a sockaddr_in6.
    private static func name(_ fd: Int32, _ ask: Asking) -> sockaddr_in6? {
        var address = sockaddr_in6()
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { ask(fd, $0, &size) }
        }
        return result == 0 ? address : nil
    }

    enum Transfer {
        /// At least one byte.
        case moved(Int)
        case wouldBlock
        /// The peer closed its side (receiving only).
        case ended
        case failed(errno: Int32)
    }

    static func send(_ fd: Int32, _ bytes: UnsafeRawBufferPointer) -> Transfer {
        while true {
            // A peer that is gone is an outcome, not a signal.
            let count = Glibc.send(fd, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .moved(count) }
            let number = errno
            if number == EINTR { continue }
            return number == EAGAIN ? .wouldBlock : .failed(errno: number)
        }
    }

    static func receive(_ fd: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        while true {
            let count = recv(fd, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .moved(count) }
            if count == 0 { return .ended }
            let number = errno
            if number == EINTR { continue }
            return number == EAGAIN ? .wouldBlock : .failed(errno: number)
        }
    }

    static func close(_ fd: Int32) {
        _ = Glibc.close(fd)
    }

    /// Closes without leaving the port in TIME-WAIT, where it would keep a server from coming back. C: `SO_LINGER` of 0.
    static func reset(_ fd: Int32) {
        var now = linger(l_onoff: 1, l_linger: 0)
        _ = setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        _ = Glibc.close(fd)
    }
}

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
        if result == 0 { return .connected(fd) }
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

    /// 0 when the kernel does not tell. C: `getsockname`.
    static func localPort(of fd: Int32) -> UInt16 {
        var address = sockaddr_in6()
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(fd, $0, &size) }
        }
        // The port stands at the same place in both families' addresses.
        return result == 0 ? UInt16(bigEndian: address.sin6_port) : 0
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
}

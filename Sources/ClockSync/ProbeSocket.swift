import Glibc
import LinuxSystem

/// A UDP socket whose packets come with the time at which the kernel received them (SO_TIMESTAMPNS, CLOCK_REALTIME).
/// The only file of ClockSync that calls C for packets.
struct ProbeSocket: ~Copyable, Sendable {
    /// A packet as it came.
    struct Arrival {
        var count: Int
        /// The kernel's stamp on CLOCK_REALTIME; nil when it gave none.
        var kernelStamp: Int64?
        /// CLOCK_MONOTONIC, read after the packet was taken.
        var userStamp: Int64
        var from = sockaddr_storage()
        var fromLength: socklen_t = 0
    }

    let descriptor: OwnedDescriptor
    var number: Int32 { descriptor.number }

    /// Opened in this namespace (nil: the caller's). With a peer, only the peer's packets arrive.
    static func open(
        bound: Endpoint?,
        peer: Endpoint?,
        in namespace: NetworkNamespace?
    ) throws -> ProbeSocket {
        guard let namespace else { return try ProbeSocket(bound: bound, peer: peer) }
        return try namespace.inside { try ProbeSocket(bound: bound, peer: peer) }
    }

    private init(bound: Endpoint?, peer: Endpoint?) throws {
        let isVersion6 = (bound ?? peer)?.isVersion6 ?? false
        let descriptor = OwnedDescriptor(
            owning: try SystemError.check("open a UDP socket for clock probes") {
                socket(isVersion6 ? AF_INET6 : AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            }
        )
        let number = descriptor.number
        try SystemError.check("fcntl FD_CLOEXEC") { fcntl(number, F_SETFD, FD_CLOEXEC) }
        try descriptor.setNonBlocking()
        Self.set(number, SOL_SOCKET, SO_TIMESTAMPNS, 1)
        // Ahead of other traffic where something heeds it: priority 6, DSCP EF. No harm where nothing does.
        Self.set(number, SOL_SOCKET, SO_PRIORITY, 6)
        if isVersion6 {
            Self.set(number, Int32(IPPROTO_IPV6), IPV6_TCLASS, 0xb8)
        } else {
            Self.set(number, Int32(IPPROTO_IP), IP_TOS, 0xb8)
        }
        if let bound {
            try bound.withSocketAddress { address, length throws(ClockSyncError) in
                if bind(number, address, length) != 0 {
                    throw Self.refused("listen for clock probes on \(bound)")
                }
            }
        }
        if let peer {
            try peer.withSocketAddress { address, length throws(ClockSyncError) in
                if connect(number, address, length) != 0 {
                    throw Self.refused("reach the reference clock at \(peer)")
                }
            }
        }
        self.descriptor = descriptor
    }

    /// The port that it is bound to.
    func port() -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let port = withUnsafeMutablePointer(to: &storage) { pointer -> UInt16 in
            let result = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(number, $0, &length)
            }
            guard result == 0 else { return 0 }
            // sin_port and sin6_port lie at the same place.
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_port }
        }
        return UInt16(bigEndian: port)
    }

    /// To the peer. A packet that cannot be sent (no route, refused earlier) is one that gets no answer.
    func send(_ bytes: [UInt8]) { _ = Glibc.send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    func send(_ bytes: [UInt8], to arrival: inout Arrival) {
        let length = arrival.fromLength
        withUnsafePointer(to: &arrival.from) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(number, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }

    /// The next packet; nil when none waits. Longer ones are cut, so the buffer has one byte more than a packet.
    func receive(into buffer: inout [UInt8]) -> Arrival? {
        var arrival = Arrival(count: 0, kernelStamp: nil, userStamp: 0)
        let received = withUnsafeTemporaryAllocation(byteCount: 128, alignment: 8) { control -> Bool in
            var message = msghdr()
            message.msg_control = control.baseAddress
            message.msg_controllen = control.count
            let count = buffer.withUnsafeMutableBytes { bytes in
                withUnsafeMutablePointer(to: &arrival.from) { from in
                    var vector = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
                    return withUnsafeMutablePointer(to: &vector) { vector in
                        message.msg_iov = vector
                        message.msg_iovlen = 1
                        message.msg_name = UnsafeMutableRawPointer(from)
                        message.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
                        return recvmsg(number, &message, 0)
                    }
                }
            }
            arrival.userStamp = Clocks.monotonic()
            guard count >= 0 else { return false }
            arrival.count = count
            arrival.fromLength = message.msg_namelen
            arrival.kernelStamp = Self.stamp(
                UnsafeRawBufferPointer(rebasing: control[..<message.msg_controllen])
            )
            return true
        }
        return received ? arrival : nil
    }

    /// Walks the control messages, as CMSG_FIRSTHDR and CMSG_NXTHDR do: each is a length (8 bytes, itself included), a
    /// level, a type, and data, padded to 8.
    private static func stamp(_ control: UnsafeRawBufferPointer) -> Int64? {
        var offset = 0
        while offset + 16 <= control.count {
            let length = control.load(fromByteOffset: offset, as: Int.self)
            guard length >= 16, offset + length <= control.count else { return nil }
            let level = control.load(fromByteOffset: offset + 8, as: Int32.self)
            let type = control.load(fromByteOffset: offset + 12, as: Int32.self)
            if level == SOL_SOCKET, type == SO_TIMESTAMPNS, length >= 32 {
                let seconds = control.load(fromByteOffset: offset + 16, as: Int64.self)
                let nanoseconds = control.load(fromByteOffset: offset + 24, as: Int64.self)
                return seconds * 1_000_000_000 + nanoseconds
            }
            offset += (length + 7) & ~7
        }
        return nil
    }

    private static func set(_ number: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        _ = setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func refused(_ action: String) -> ClockSyncError {
        ClockSyncError(.socket, "Cannot \(action): \(SystemError.text(of: errno))")
    }
}

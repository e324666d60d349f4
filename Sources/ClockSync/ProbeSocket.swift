import Glibc
import LinuxSystem

/// A UDP socket whose packets come with the time at which the kernel received them, and which tells when the kernel handed
/// each one to the device (SO_TIMESTAMPING, CLOCK_REALTIME). With PathSocket the only file of ClockSync that calls C for packets.
///
/// The kernel shows the whole frame with a transmit stamp, and the packet at its end says which it is. Numbers
/// (SOF_TIMESTAMPING_OPT_ID) would be shorter, but on some kernels a send that fails takes one and on others it does not, and
/// the stamp of another packet would be a lie about this one.
struct ProbeSocket: ~Copyable, Sendable {
    /// Where a packet came from.
    struct Sender {
        var address = sockaddr_storage()
        var length: socklen_t = 0
    }

    /// A packet as it came.
    struct Arrival {
        var count: Int
        /// The kernel's stamp on CLOCK_REALTIME; nil when it gave none.
        var kernelStamp: Int64?
        /// CLOCK_MONOTONIC, read after the packet was taken.
        var userStamp: Int64
        var sender: Sender
    }

    /// A packet of ours that has left: the frame is in the buffer.
    struct Departure {
        var count: Int
        /// CLOCK_REALTIME.
        var stamp: Int64
    }

    /// C: SOF_TIMESTAMPING_TX_SOFTWARE, _RX_SOFTWARE, _SOFTWARE.
    private static let stamping: Int32 = 1 << 1 | 1 << 3 | 1 << 4

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
        // Where a driver stamps nothing, packets go all the same, and the program's stamps are used.
        Self.set(number, SOL_SOCKET, SO_TIMESTAMPING, Self.stamping)
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

    func send(_ bytes: [UInt8], to sender: Sender) {
        let length = sender.length
        withUnsafePointer(to: sender.address) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(number, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }

    /// The next packet; nil when none waits. Longer ones are cut, so the buffer has room for more than a packet.
    func receive(into buffer: inout [UInt8]) -> Arrival? {
        var sender = Sender()
        var messages = ControlMessages(UnsafeRawBufferPointer(start: nil, count: 0))
        let count = receive(into: &buffer, flags: 0, &sender, &messages)
        let userStamp = Clocks.monotonic()
        guard let count else { return nil }
        return Arrival(
            count: count,
            kernelStamp: messages.stamp,
            userStamp: userStamp,
            sender: sender
        )
    }

    /// The next stamp of a packet that has left, whichever it is; nil when none waits. What else is in the error queue is
    /// taken away: a flood of it ends after `most`.
    func departure(into buffer: inout [UInt8], most: Int = 256) -> Departure? {
        var sender = Sender()
        for _ in 0..<most {
            var messages = ControlMessages(UnsafeRawBufferPointer(start: nil, count: 0))
            guard let count = receive(into: &buffer, flags: Int32(MSG_ERRQUEUE), &sender, &messages)
            else {
                return nil
            }
            if messages.isDeparture, let stamp = messages.stamp {
                return Departure(count: count, stamp: stamp)
            }
        }
        return nil
    }

    private func receive(
        into buffer: inout [UInt8],
        flags: Int32,
        _ sender: inout Sender,
        _ messages: inout ControlMessages
    ) -> Int? {
        withUnsafeTemporaryAllocation(byteCount: 512, alignment: 8) { control -> Int? in
            var message = msghdr()
            message.msg_control = control.baseAddress
            message.msg_controllen = control.count
            let count = buffer.withUnsafeMutableBytes { bytes in
                withUnsafeMutablePointer(to: &sender.address) { from in
                    var vector = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
                    return withUnsafeMutablePointer(to: &vector) { vector in
                        message.msg_iov = vector
                        message.msg_iovlen = 1
                        message.msg_name = UnsafeMutableRawPointer(from)
                        message.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
                        return recvmsg(number, &message, flags)
                    }
                }
            }
            guard count >= 0 else { return nil }
            sender.length = message.msg_namelen
            messages = ControlMessages(UnsafeRawBufferPointer(rebasing: control[..<message.msg_controllen]))
            return count
        }
    }

    private static func set(_ number: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        _ = setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func refused(_ action: String) -> ClockSyncError {
        ClockSyncError(.socket, "Cannot \(action): \(SystemError.text(of: errno))")
    }
}

import CNftnl
import Glibc
import LinuxSystem

/// One netlink socket to netfilter, by libmnl. It belongs to the network namespace of the thread that opened it, and works
/// from any thread afterwards.
///
/// The kernel answers within `send`, so that everything it had to say is in the buffer when `send` returns.
struct NetlinkSocket: ~Copyable {
    private let handle: ForeignHandle
    private var buffer = [UInt8](repeating: 0, count: 1 << 17)
    private var sequence: UInt32

    var descriptor: Int32 { mnl_socket_get_fd(handle.pointer) }
    /// The kernel's name for this socket, and of the tables that it owns.
    var port: UInt32 { mnl_socket_get_portid(handle.pointer) }

    /// `receiveBuffer`: bytes, used only when needed; beyond the system's limit where the rights suffice.
    init(receiveBuffer: Int32 = 8 << 20) throws(FilterError) {
        let operation = "open a netfilter socket"
        let pointer = mnl_socket_open2(NETLINK_NETFILTER, Int32(SOCK_CLOEXEC.rawValue))
        guard let handle = ForeignHandle(pointer, release: { _ = mnl_socket_close($0) }) else {
            throw FilterError(operation, errno: Glibc.errno)
        }
        guard mnl_socket_bind(handle.pointer, 0, MNL_SOCKET_AUTOPID) == 0 else {
            throw FilterError(operation, errno: Glibc.errno)
        }
        // Starting at the time keeps the numbers of two sockets apart in a trace; any number would do.
        self.sequence = UInt32(truncatingIfNeeded: Clocks.monotonic() >> 10)
        self.handle = handle
        set(NETLINK_EXT_ACK, 1)
        set(NETLINK_CAP_ACK, 1)
        let fd = descriptor
        for (forced, plain) in [(SO_RCVBUFFORCE, SO_RCVBUF), (SO_SNDBUFFORCE, SO_SNDBUF)] {
            var size = receiveBuffer
            let length = socklen_t(MemoryLayout<Int32>.size)
            if setsockopt(fd, SOL_SOCKET, forced, &size, length) != 0 {
                setsockopt(fd, SOL_SOCKET, plain, &size, length)
            }
        }
    }

    /// An option of SOL_NETLINK; old kernels lack some, and none is needed for being right.
    func set(_ option: Int32, _ value: Int32) {
        var value = value
        _ = mnl_socket_setsockopt(handle.pointer, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    mutating func nextSequence() -> UInt32 {
        sequence &+= 1
        return sequence
    }

    func send(_ bytes: [UInt8], operation: @autoclosure () -> String) throws(FilterError) {
        while mnl_socket_sendto(handle.pointer, bytes, bytes.count) < 0 {
            guard Glibc.errno == EINTR else { throw FilterError(operation(), errno: Glibc.errno) }
        }
    }

    /// The messages of the next datagram; nil when there is none now.
    mutating func receive(operation: @autoclosure () -> String) throws(FilterError) -> [NetlinkMessage]? {
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC))
            if count >= 0 {
                guard count <= buffer.count else { throw FilterError(operation(), errno: EMSGSIZE) }
                return NetlinkMessage.parse(buffer[..<count])
            }
            switch Glibc.errno {
            case EINTR: continue
            case EAGAIN: return nil
            default: throw FilterError(operation(), errno: Glibc.errno)
            }
        }
    }

    /// Sends one request that is no batch, and gives what came back; the error of the kernel's answer is thrown.
    mutating func request(
        _ operation: String,
        _ build: (UInt32) throws(FilterError) -> [UInt8]
    ) throws(FilterError) -> [NetlinkMessage] {
        let sequence = nextSequence()
        try send(try build(sequence), operation: operation)
        var replies: [NetlinkMessage] = []
        while let messages = try receive(operation: operation) {
            for message in messages where message.sequence == sequence {
                if let answer = KernelAnswer(message) {
                    if answer.errno != 0 {
                        throw FilterError(operation, errno: answer.errno, detail: answer.text)
                    }
                } else {
                    replies.append(message)
                }
            }
        }
        return replies
    }

    /// All objects of a kind. A dump that others changed while it ran is taken again.
    mutating func dump(
        _ operation: String,
        _ build: (UInt32) throws(FilterError) -> [UInt8]
    ) throws(FilterError) -> [NetlinkMessage] {
        for _ in 0..<20 {
            let sequence = nextSequence()
            try send(try build(sequence), operation: operation)
            var replies: [NetlinkMessage] = []
            var interrupted = false
            var done = false
            while !done, let messages = try receive(operation: operation) {
                for message in messages where message.sequence == sequence {
                    if message.flags & UInt16(NLM_F_DUMP_INTR) != 0 { interrupted = true }
                    if Int32(message.type) == NLMSG_DONE {
                        done = true
                    } else if let answer = KernelAnswer(message) {
                        // EINTR: how some kernels say that the rules changed under the dump.
                        if answer.errno == EINTR {
                            interrupted = true
                        } else if answer.errno != 0 {
                            throw FilterError(operation, errno: answer.errno, detail: answer.text)
                        }
                        done = true
                    } else {
                        replies.append(message)
                    }
                }
            }
            if done, !interrupted { return replies }
        }
        throw FilterError(operation, errno: EINTR, detail: "others changed the rules during each of 20 dumps")
    }
}

/// NLMSG_ERROR: an acknowledgement when the errno is 0.
struct KernelAnswer {
    /// Positive.
    let errno: Int32
    /// The extended ACK's text, or nothing.
    let text: String

    init?(_ message: NetlinkMessage) {
        guard Int32(message.type) == NLMSG_ERROR, message.payload.count >= 4 else { return nil }
        let raw = Int32(truncatingIfNeeded: hostNumber(message.payload.prefix(4)))
        errno = raw == .min ? EIO : abs(raw)
        // The kernel quotes the request: its header only (NLM_F_CAPPED), or the whole of it.
        let quoted = message.payload.dropFirst(4)
        let quotedLength =
            message.flags & UInt16(NLM_F_CAPPED) != 0 ? 16 : Int(hostNumber(quoted.prefix(4)) & 0xff_ffff)
        let hasText = message.flags & UInt16(NLM_F_ACK_TLVS) != 0
        let attributes = hasText ? NetlinkAttribute.parse(quoted.dropFirst((quotedLength + 3) & ~3)) : []
        text = attributes.first { UInt32($0.type) == NLMSGERR_ATTR_MSG.rawValue }?.text ?? ""
    }
}

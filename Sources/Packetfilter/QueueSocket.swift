import CNftnl
import Glibc
package import LinuxSystem

/// The listener of one NFQUEUE number in the network namespace of the thread that opened it. For one thread at a time.
///
/// Only metadata of a packet comes up, unless more is asked for; the packet itself stays in the kernel until its verdict. When the socket is closed,
/// also by SIGKILL, the kernel drops what is still held, and rules with `bypass` let all later packets through.
package struct QueueSocket: ~Copyable, Sendable {
    package let queue: UInt16
    private var socket: NetlinkSocket
    private let slots: Slots
    private let content: QueueContent
    private var verdicts: [UInt8] = []

    /// For a Poller: readable when packets wait.
    package var descriptor: Int32 { socket.descriptor }

    /// Binds the queue. `capacity`: packets that the kernel holds at most; beyond it packets pass at once (fail open), as
    /// they do when the receive buffer (bytes) is full.
    /// Errors: EBUSY (or EPERM on some kernels) when another program listens on this number, EPERM without CAP_NET_ADMIN.
    package init(
        queue: UInt16,
        capacity: UInt32 = 65535,
        content: QueueContent = .identity,
        receiveBuffer: Int32 = 32 << 20
    ) throws(FilterError) {
        var socket = try NetlinkSocket(receiveBuffer: receiveBuffer)
        // A full buffer is not this socket's error: the packet has then passed.
        socket.set(NETLINK_NO_ENOBUFS, 1)
        let operation = "bind queue \(queue)"
        do throws(FilterError) {
            _ = try socket.request(operation) { (sequence) throws(FilterError) in
                QueueConfiguration.bind.bytes(queue: queue, sequence: sequence)
            }
        } catch {
            guard error.errno == EBUSY || error.errno == EPERM else { throw error }
            throw FilterError(
                operation,
                errno: error.errno,
                detail: "another program listens on this queue, or CAP_NET_ADMIN is missing",
                kind: .busy
            )
        }
        for step in [
            QueueConfiguration.copy(content),
            .flags(content == .identity ? NFQA_CFG_F_FAIL_OPEN | NFQA_CFG_F_GSO : NFQA_CFG_F_FAIL_OPEN),
            .capacity(capacity),
        ] {
            _ = try socket.request("configure queue \(queue)") { (sequence) throws(FilterError) in
                step.bytes(queue: queue, sequence: sequence)
            }
        }
        self.queue = queue
        self.socket = socket
        self.content = content
        self.slots = Slots(content)
        self.verdicts.reserveCapacity(Self.verdictsInOneCall * QueueVerdict.size)
    }

    package static func open(queue: UInt16, in namespace: NetworkNamespace) throws -> QueueSocket {
        try namespace.inside { try QueueSocket(queue: queue) }
    }

    /// Hands over the packets that wait now, at most 64, in the order of their arrival; how many datagrams there were, 0
    /// when none waits. Never blocks. With each packet come the bytes of it that were copied, valid during the call.
    package mutating func receive(
        _ handle: (QueuedPacket, UnsafeRawBufferPointer) -> Void
    ) throws(FilterError) -> Int {
        let (slots, withContent) = (slots, content != .identity)
        return try slots.withBuffers { (bytes, lengths) throws(FilterError) in
            while true {
                let count = cnftnl_receive_many(
                    descriptor,
                    bytes.baseAddress,
                    slots.size,
                    Int32(slots.count),
                    lengths.baseAddress
                )
                if count < 0 {
                    switch Glibc.errno {
                    case EINTR: continue
                    case EAGAIN, ENOBUFS: return 0
                    default: throw FilterError("receive from queue \(queue)", errno: Glibc.errno)
                    }
                }
                for index in 0..<Int(count) {
                    let length = min(Int(lengths[index]), slots.size)
                    let start = index * slots.size
                    let datagram = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
                    if let packet = QueuedPacket(datagram, withContent: withContent) {
                        handle(packet, UnsafeRawBufferPointer(rebasing: datagram[packet.payload]))
                    }
                }
                return Int(count)
            }
        }
    }

    /// Puts a verdict down; `flush` sends it. Sent by itself when enough have come together.
    package mutating func give(_ verdict: QueueVerdict) throws(FilterError) {
        verdict.append(to: &verdicts, queue: queue)
        if verdicts.count >= Self.verdictsInOneCall * QueueVerdict.size { try flush() }
    }

    /// Sends the verdicts in one call. A verdict for a packet that is gone is ignored by the kernel.
    package mutating func flush() throws(FilterError) {
        guard !verdicts.isEmpty else { return }
        defer { verdicts.removeAll(keepingCapacity: true) }
        try socket.send(verdicts, operation: "verdicts of queue \(queue)")
    }

    private static let verdictsInOneCall = 256

    /// How many packets one `receive` takes at most.
    package var mostAtOnce: Int { slots.count }

    /// Room for one `recvmmsg`: a message with metadata only has some 100 to 250 bytes.
    private final class Slots: @unchecked Sendable {
        let size: Int
        let count: Int
        private let bytes: UnsafeMutableRawBufferPointer
        private let lengths: UnsafeMutableBufferPointer<UInt32>

        init(_ content: QueueContent) {
            size = content == .whole ? 1024 + 65536 : 1024
            count = content == .whole ? 16 : Int(cnftnl_slots)
            bytes = .allocate(byteCount: size * count, alignment: 16)
            lengths = .allocate(capacity: count)
            lengths.initialize(repeating: 0)
        }

        func withBuffers<Value>(
            _ body: (UnsafeMutableRawBufferPointer, UnsafeMutableBufferPointer<UInt32>) throws(FilterError) ->
                Value
        ) throws(FilterError) -> Value {
            try body(bytes, lengths)
        }

        deinit {
            bytes.deallocate()
            lengths.deallocate()
        }
    }
}

/// One NFQNL_MSG_CONFIG request.
enum QueueConfiguration: Sendable {
    case bind
    case copy(QueueContent)
    case flags(Int32)
    case capacity(UInt32)

    func bytes(queue: UInt16, sequence: UInt32) -> [UInt8] {
        RuleBuilder.message { buffer in
            let header = mnl_nlmsg_put_header(buffer)
            header?.pointee.nlmsg_type = UInt16(NFNL_SUBSYS_QUEUE) << 8 | UInt16(NFQNL_MSG_CONFIG.rawValue)
            header?.pointee.nlmsg_flags = UInt16(NLM_F_REQUEST | NLM_F_ACK)
            header?.pointee.nlmsg_seq = sequence
            let generic = mnl_nlmsg_put_extra_header(header, MemoryLayout<nfgenmsg>.size)
            generic?.storeBytes(
                of: nfgenmsg(nfgen_family: 0, version: UInt8(NFNETLINK_V0), res_id: queue.bigEndian),
                as: nfgenmsg.self
            )
            switch self {
            case .bind:
                var command = nfqnl_msg_config_cmd(
                    command: UInt8(NFQNL_CFG_CMD_BIND.rawValue),
                    _pad: 0,
                    pf: 0
                )
                mnl_attr_put(
                    header,
                    UInt16(NFQA_CFG_CMD.rawValue),
                    MemoryLayout.size(ofValue: command),
                    &command
                )
            case .copy(let content):
                // Packed in C: range 32 bits, then the mode. The length is told only of packets that are copied in part,
                // so one byte is; a range of 0 would be all.
                let mode = content == .identity ? NFQNL_COPY_META : NFQNL_COPY_PACKET
                let range: UInt32 = content == .identity ? 0 : content == .length ? 1 : 0xffff
                let parameters = bigEndian(range) + [UInt8(mode.rawValue)]
                mnl_attr_put(header, UInt16(NFQA_CFG_PARAMS.rawValue), parameters.count, parameters)
            case .flags(let flags):
                let number = UInt32(bitPattern: flags).bigEndian
                mnl_attr_put_u32(header, UInt16(NFQA_CFG_FLAGS.rawValue), number)
                mnl_attr_put_u32(header, UInt16(NFQA_CFG_MASK.rawValue), number)
            case .capacity(let packets):
                mnl_attr_put_u32(header, UInt16(NFQA_CFG_QUEUE_MAXLEN.rawValue), packets.bigEndian)
            }
            return header
        }
    }
}

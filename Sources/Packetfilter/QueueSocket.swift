import CNftnl
import Glibc
package import LinuxSystem

/// The listener of one NFQUEUE number in the network namespace of the thread that opened it. For one thread at a time.
///
/// Only metadata of a packet comes up; the packet itself stays in the kernel until its verdict. When the socket is closed,
/// also by SIGKILL, the kernel drops what is still held, and rules with `bypass` let all later packets through.
package struct QueueSocket: ~Copyable, Sendable {
    package let queue: UInt16
    private var socket: NetlinkSocket
    private let slots: Slots
    private var verdicts: [UInt8] = []

    /// For a Poller: readable when packets wait.
    package var descriptor: Int32 { socket.descriptor }

    /// Binds the queue. `capacity`: packets that the kernel holds at most; beyond it packets pass at once (fail open), as
    /// they do when the receive buffer (bytes) is full. Large packets that the network card would cut stay whole.
    /// Errors: EBUSY (or EPERM on some kernels) when another program listens on this number, EPERM without CAP_NET_ADMIN.
    package init(
        queue: UInt16,
        capacity: UInt32 = 65535,
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
            QueueConfiguration.copyMetadata, .flags(NFQA_CFG_F_FAIL_OPEN | NFQA_CFG_F_GSO),
            .capacity(capacity),
        ] {
            _ = try socket.request("configure queue \(queue)") { (sequence) throws(FilterError) in
                step.bytes(queue: queue, sequence: sequence)
            }
        }
        self.queue = queue
        self.socket = socket
        self.slots = Slots()
        self.verdicts.reserveCapacity(Self.verdictsInOneCall * QueueVerdict.size)
    }

    package static func open(queue: UInt16, in namespace: NetworkNamespace) throws -> QueueSocket {
        try namespace.inside { try QueueSocket(queue: queue) }
    }

    /// Hands over the packets that wait now, at most 64, in the order of their arrival; how many datagrams there were, 0
    /// when none waits. Never blocks.
    package mutating func receive(_ handle: (QueuedPacket) -> Void) throws(FilterError) -> Int {
        let slots = slots
        return try slots.withBuffers { (bytes, lengths) throws(FilterError) in
            while true {
                let count = cnftnl_receive_many(
                    descriptor,
                    bytes.baseAddress,
                    Slots.size,
                    Int32(Slots.count),
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
                    let length = min(Int(lengths[index]), Slots.size)
                    let start = index * Slots.size
                    if let packet = QueuedPacket(
                        UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
                    ) {
                        handle(packet)
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

    /// Room for one `recvmmsg`: a message with metadata only has some 100 to 250 bytes.
    private final class Slots: @unchecked Sendable {
        static let size = 1024
        static let count = Int(cnftnl_slots)
        private let bytes: UnsafeMutableRawBufferPointer
        private let lengths: UnsafeMutableBufferPointer<UInt32>

        init() {
            bytes = .allocate(byteCount: Self.size * Self.count, alignment: 16)
            lengths = .allocate(capacity: Self.count)
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
    case copyMetadata
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
            case .copyMetadata:
                // Packed in C: range 32 bits (0: nothing of the packet), then the mode.
                let parameters: [UInt8] = [0, 0, 0, 0, UInt8(NFQNL_COPY_META.rawValue)]
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

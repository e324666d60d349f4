import CBench
import Glibc
import LinuxSystem

/// Datagrams to some nodes, as close together as they go, around an instant. Each processor has a thread of its own with two of
/// the nodes, above everything else of this machine: a call that sends over a veth returns when the node has taken the packet or
/// dropped it, so that no receiver has to run meanwhile, and what happened to the packet happened within the call. With more
/// nodes a thread their packets would be too far apart to tell 20 µs.
final class EdgeTraffic: Sendable {
    /// Of one node, in the order of sending: read before and after the call that sent it, and whether it came.
    struct Packet {
        let before: Int64
        let after: Int64
        var came = false
    }

    /// `source`: of the packets, an address of the sender that a partition names; `other`: one that none does.
    struct Node {
        let namespace: NetworkNamespace
        let address: String
        let source: String
        let other: String
    }

    private let inboxes: [Int32]
    private let outboxes: [Int32]
    /// To two ports of a node: what goes to the one is always dropped, what goes to the other always arrives, since it is from
    /// an address that no partition names. The first packet of either kind after a pause costs the sender ten microseconds and
    /// more, which would be taken for lateness of the edge.
    private let dropped: [Int32]
    private let passed: [Int32]
    /// Where the latter arrive.
    private let passedTo: [Int32]
    private static let port: UInt16 = 7002
    private static let droppedPort: UInt16 = 7003
    private static let passedPort: UInt16 = 7004
    /// Two instants with as many microseconds around each as a trial has, of turns that take some.
    private static let mostTurns = 16_384

    /// Errors: no sockets.
    init(from sender: NetworkNamespace, to nodes: [Node]) throws {
        inboxes = try nodes.map { try Self.inbox($0, Self.port) }
        passedTo = try nodes.map { try Self.inbox($0, Self.passedPort) }
        outboxes = try nodes.map { try Self.outbox(sender, $0.source, $0, Self.port) }
        dropped = try nodes.map { try Self.outbox(sender, $0.source, $0, Self.droppedPort) }
        passed = try nodes.map { try Self.outbox(sender, $0.other, $0, Self.passedPort) }
        for node in nodes {
            let rule = "udp dport \(Self.droppedPort) drop"
            let chain = "chain c { type filter hook prerouting priority -400; \(rule); };"
            let command = "ip netns exec \(node.namespace.name) nft 'table ip warm { \(chain) }'"
            guard system(command) == 0 else { throw SystemError("warm the path", refused: command) }
        }
    }

    deinit { for number in inboxes + outboxes + dropped + passed + passedTo { close(number) } }

    /// The nodes of each thread in a trial: all have their turn.
    private func shares(in trial: Int) -> [[Int]] {
        let threads = max(1, min(sysconf(Int32(_SC_NPROCESSORS_ONLN)), outboxes.count / 2))
        return (0..<threads).map { thread in (0..<2).map { (trial + 2 * thread + $0) % outboxes.count } }
    }

    /// Under way: threads that wait for their instants, so that nothing need be started when these are near.
    struct Streams: ~Copyable {
        fileprivate let shares: [[Int]]
        fileprivate let streams: [Stream]
        fileprivate let threads: [Joined]
    }

    /// From `around` nanoseconds ahead of each instant until as much after. Errors: no threads.
    func start(trial: Int, around instants: [Int64], _ around: Int64) throws -> Streams {
        let shares = shares(in: trial)
        let streams = shares.map { _ in Stream() }
        var threads: [Joined] = []
        for (processor, stream) in streams.enumerated() {
            // Above the agents' own real-time threads.
            let thread = try PinnedThread(name: "stream", realtimePriority: 60) { [self] in
                try? CurrentThread.setAffinity(cpu: Int32(processor))
                run(shares[processor], stream, around: instants, around)
            }
            threads.append(Joined(thread))
        }
        return Streams(shares: shares, streams: streams, threads: threads)
    }

    /// When all is sent: what went to each node of the trial, and what came.
    func finish(_ running: consuming Streams) -> [Int: [Packet]] {
        for thread in running.threads { thread.wait() }
        var packets: [Int: [Packet]] = [:]
        for (share, stream) in zip(running.shares, running.streams) {
            for (index, node) in share.enumerated() {
                packets[node] = packetsSent(stream, index, of: share.count)
            }
        }
        mark(&packets)
        return packets
    }

    private func run(_ share: [Int], _ stream: Stream, around instants: [Int64], _ around: Int64) {
        let sockets = share.map { outboxes[$0] }
        let warmers = [dropped[share[0]], passed[share[0]]]
        var times = [Int64](repeating: 0, count: Self.mostTurns * (share.count + 1))
        for instant in instants {
            Clocks.meet(monotonic: instant - around)
            stream.turns = Int(
                cbench_send_in_turn(
                    sockets,
                    Int32(share.count),
                    warmers,
                    instant,
                    around,
                    &times,
                    Int32(stream.turns),
                    Int32(Self.mostTurns)
                )
            )
        }
        stream.times = times
    }

    private func packetsSent(_ stream: Stream, _ index: Int, of count: Int) -> [Packet] {
        (0..<stream.turns).map { turn in
            let at = turn * (count + 1) + index
            return Packet(before: stream.times[at], after: stream.times[at + 1])
        }
    }

    /// Marks those that have come.
    private func mark(_ packets: inout [Int: [Packet]]) {
        for (node, inbox) in inboxes.enumerated() {
            var word = (Int32(0), Int32(0))
            while withUnsafeMutableBytes(
                of: &word,
                {
                    recv(inbox, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
                }
            ) == 8 {
                packets[node]?[Int(word.1)].came = true
            }
        }
        for number in passedTo {
            var byte: UInt8 = 0
            while recv(number, &byte, 1, Int32(MSG_DONTWAIT)) == 1 {}
        }
    }

    private static func inbox(_ node: Node, _ port: UInt16) throws -> Int32 {
        try node.namespace.inside {
            let number = try socket()
            var large: Int32 = 32 << 20
            setsockopt(number, SOL_SOCKET, SO_RCVBUFFORCE, &large, 4)
            try name(number, node.address, port, bind)
            return number
        }
    }

    private static func outbox(_ sender: NetworkNamespace, _ source: String, _ node: Node, _ port: UInt16)
        throws -> Int32
    {
        try sender.inside {
            let number = try socket()
            try name(number, source, 0, bind)
            try name(number, node.address, port, connect)
            return number
        }
    }

    private static func socket() throws -> Int32 {
        try SystemError.check("socket") {
            Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        }
    }

    private static func name(
        _ number: Int32,
        _ address: String,
        _ port: UInt16,
        _ call: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32
    ) throws {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        try SystemError.check("name a socket") {
            withUnsafePointer(to: &name) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    call(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    /// Written by the sending thread, read after it was joined.
    fileprivate final class Stream: @unchecked Sendable {
        var times: [Int64] = []
        var turns = 0
    }

    /// Arrays do not hold what cannot be copied.
    fileprivate final class Joined {
        private var thread: PinnedThread?
        init(_ thread: consuming PinnedThread) { self.thread = consume thread }
        func wait() { thread.take()?.join() }
    }
}

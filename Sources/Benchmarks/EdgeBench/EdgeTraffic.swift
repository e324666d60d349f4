import Glibc
import LinuxSystem

/// Datagrams to every node in turn, as close together as they go, around an instant.
final class EdgeTraffic {
    /// Of one node, in the order of sending: read before and after the call that sent it, and whether it came.
    struct Packet {
        let before: Int64
        let after: Int64
        var came = false
    }

    private var inboxes: [Int32] = []
    private var outboxes: [Int32] = []
    /// To a port of every node whose packets are always dropped: the first drop after a pause costs the sender tens of
    /// microseconds, which would be taken for lateness of the edge.
    private var warmers: [Int32] = []
    private static let port: UInt16 = 7002
    private static let warmPort: UInt16 = 7003

    /// Errors: no sockets.
    init(from sender: NetworkNamespace, to nodes: [(namespace: NetworkNamespace, address: String)]) throws {
        for node in nodes {
            inboxes.append(try Self.open(in: node.namespace, node.address, Self.port, bind))
            outboxes.append(try Self.open(in: sender, node.address, Self.port, connect))
            warmers.append(try Self.open(in: sender, node.address, Self.warmPort, connect))
            let rule = "udp dport \(Self.warmPort) drop"
            let chain = "chain c { type filter hook prerouting priority -400; \(rule); };"
            let command = "ip netns exec \(node.namespace.name) nft 'table ip warm { \(chain) }'"
            guard system(command) == 0 else { throw SystemError("warm the path", refused: command) }
        }
    }

    deinit { for number in inboxes + outboxes + warmers { close(number) } }

    /// On the calling thread, to these nodes in turn, from `before` nanoseconds ahead of each instant until as much after.
    func send(to nodes: [Int], around instants: [Int64], before: Int64) -> [[Packet]] {
        var packets = [[Packet]](repeating: [], count: outboxes.count)
        for index in packets.indices { packets[index].reserveCapacity(8192) }
        for instant in instants {
            Clocks.meet(monotonic: instant - before)
            while Clocks.monotonic() < instant + before {
                var byte: UInt8 = 0
                for node in nodes.prefix(1) { _ = Glibc.send(warmers[node], &byte, 1, 0) }
                for node in nodes {
                    var word = (Int64(node), Int64(packets[node].count))
                    let sent = Clocks.monotonic()
                    _ = withUnsafeBytes(of: &word) { Glibc.send(outboxes[node], $0.baseAddress, $0.count, 0) }
                    packets[node].append(Packet(before: sent, after: Clocks.monotonic()))
                }
            }
        }
        return packets
    }

    /// Marks those that have come.
    func collect(_ packets: inout [[Packet]]) {
        for inbox in inboxes {
            var word = (Int64(0), Int64(0))
            while withUnsafeMutableBytes(
                of: &word,
                {
                    recv(inbox, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
                }
            ) == 16 {
                packets[Int(word.0)][Int(word.1)].came = true
            }
        }
    }

    private static func open(
        in namespace: NetworkNamespace,
        _ address: String,
        _ port: UInt16,
        _ call: @escaping @Sendable (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32
    ) throws -> Int32 {
        try namespace.inside {
            let number = try SystemError.check("socket") {
                socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            }
            var large: Int32 = 32 << 20
            setsockopt(number, SOL_SOCKET, SO_RCVBUFFORCE, &large, 4)
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
            return number
        }
    }
}

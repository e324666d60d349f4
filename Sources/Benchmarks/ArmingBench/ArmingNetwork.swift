import BenchSupport
import CBench
import Faults
import Glibc
import LinuxSystem
import Measures
import Packetfilter
import Synchronization

/// Two namespaces joined by a veth, gone with this value. Packets go from near to far, 10 µs apart or as asked, each with the
/// instant of its sending.
struct ArmingNetwork: ~Copyable {
    enum Side { case near, far }

    /// Does it, and gives what undoes it.
    typealias Act = () throws -> () throws -> Void

    static let near = "10.78.0.1"
    static let far = "10.78.0.2"
    private static let port: UInt16 = 7001
    private let nearOwner: OwnedNamespace
    private let farOwner: OwnedNamespace

    init() throws {
        let near = try OwnedNamespace("fl-bench-\(getpid())-pa")
        let far = try OwnedNamespace("fl-bench-\(getpid())-pb")
        let (a, b) = (near.namespace.name, far.namespace.name)
        for command in [
            "ip -n \(a) link add v0 type veth peer name v0 netns \(b)",
            "ip -n \(a) address add \(Self.near)/24 dev v0", "ip -n \(b) address add \(Self.far)/24 dev v0",
            "ip -n \(a) link set v0 up", "ip -n \(b) link set v0 up",
            "ip netns exec \(a) ping -q -c 1 -w 10 -i 0.2 \(Self.far)",
        ] {
            try Program.run(command.split(separator: " ").map(String.init))
        }
        nearOwner = near
        farOwner = far
    }

    func namespace(_ side: Side) -> NetworkNamespace {
        side == .near ? nearOwner.namespace : farOwner.namespace
    }

    static func agent(in namespace: NetworkNamespace, backend: DelayBackend) throws -> PacketFaults {
        try namespace.inside {
            try PacketFaults(interface: "v0", seed: 1, keeper: NoKeeper(), backend: backend)
        }
    }

    /// From the call of `cut`, on the far side, until packets no longer arrive.
    func cuts(_ rounds: Int, _ cut: @escaping @Sendable (Int) throws -> () throws -> Void) throws -> Spans {
        try times(rounds, on: .far, settling: 2_000_000, latency: nil) { round in { try cut(round) } }
    }

    /// From the act, on the near side, until packets take `latency` milliseconds. `prepare` is not measured.
    func delays(
        _ rounds: Int,
        latency: Int,
        spacing: Int64,
        _ prepare: @escaping @Sendable (Int) throws -> Act
    ) throws -> Spans {
        let latency = Int64(latency) * 1_000_000
        return try times(
            rounds,
            on: .near,
            spacing: spacing,
            settling: latency / 2,
            latency: latency,
            prepare
        )
    }

    /// `settling`: nanoseconds for which packets are sent after the act. `latency`: nanoseconds that packets take then; nil:
    /// they no longer arrive.
    private func times(
        _ rounds: Int,
        on side: Side,
        spacing: Int64 = 10_000,
        settling: Int64,
        latency: Int64?,
        _ prepare: @escaping @Sendable (Int) throws -> Act
    ) throws -> Spans {
        let inbox = try socket(in: farOwner.namespace, bindTo: Self.far)
        let sender = try socket(in: nearOwner.namespace, connectTo: Self.far)
        let (reading, writing) = (inbox.number, sender.number)
        try SystemError.check("stamp arrivals") { cbench_stamp(reading) }
        // On one thread in the namespace, as the agent's: entering takes longer than a cut.
        let times = try namespace(side).inside {
            var times: [Int64] = []
            for round in 0..<rounds {
                let act = try prepare(round)
                let stream = try Stream(from: writing, spacing: spacing)
                usleep(5000)
                let asked = Clocks.monotonic()
                let undo = try act()
                let returned = Clocks.monotonic()
                usleep(UInt32(settling / 1000))
                stream.stop()
                // What is held arrives.
                if let latency { usleep(UInt32(latency * 2 / 1000)) }
                let arrivals = Self.drain(reading)
                try undo()
                let inTime = arrivals.filter { $0.underWay < latency.map { $0 / 2 } ?? .max }
                // What was sent last and was in time was before the effect.
                let last = inTime.map(\.sent).max() ?? 0
                let isActing = latency == nil || arrivals.contains { $0.sent > last }
                guard last > 0, last < returned + settling / 2, isActing else {
                    throw SystemError("measure a fault", refused: "packets go as before")
                }
                times.append(max(last - asked, 0))
            }
            return times
        }
        return Spans(times)
    }

    private static func drain(_ socket: Int32) -> [(sent: Int64, underWay: Int64)] {
        var arrivals: [(sent: Int64, underWay: Int64)] = []
        var (sent, underWay): (Int64, Int64) = (0, 0)
        while cbench_receive_stamped(socket, &sent, &underWay) == 1 { arrivals.append((sent, underWay)) }
        return arrivals
    }

    /// Nanoseconds for each packet that passes the partition and is then dropped, so that nothing else takes its time.
    /// `asList`: a rule for each peer, as tools without sets write them.
    func packetCost(peers: [String], asList: Bool) throws -> Double {
        let filter = try FilterSocket.open(in: farOwner.namespace)
        let prefixes = peers.compactMap { AddressPrefix($0) }
        var cuts: [PacketRule] = []
        if asList {
            cuts = prefixes.map { PacketRule(match: PacketMatch(source: $0), verdict: .drop) }
        } else if !prefixes.isEmpty {
            var match = PacketMatch()
            match.sources = prefixes
            cuts = [PacketRule(match: match, verdict: .drop)]
        }
        let end = PacketMatch(transport: .udp, destinationPorts: [Self.port...Self.port])
        let rules = cuts + [PacketRule(match: end, counter: false, verdict: .drop)]
        let chain = FilterChain(name: "arriving", hook: .prerouting, rules: rules)
        let table = try filter.install(FilterTable(name: "faultline-bench", family: .ip, chains: [chain]))
        defer { _ = try? filter.remove(table) }
        let sender = try socket(in: nearOwner.namespace, connectTo: Self.far)
        let writing = sender.number
        let count = 200_000
        var rounds: [Double] = []
        for _ in 0..<9 {
            let start = Clocks.monotonic()
            var bytes: (Int64, Int64) = (0, 0)
            for _ in 0..<count { _ = send(writing, &bytes, 16, 0) }
            rounds.append(Double(Clocks.monotonic() - start) / Double(count))
        }
        return rounds.sorted()[rounds.count / 2]
    }

    /// Sends until it is stopped.
    private final class Stream: Sendable {
        private let isOver: Over
        private let thread: Mutex<PinnedThread?>

        private final class Over: Sendable {
            let flag = Atomic(false)
        }

        init(from socket: Int32, spacing: Int64) throws {
            let over = Over()
            isOver = over
            thread = Mutex(
                try PinnedThread(name: "stream", realtimePriority: 10) {
                    try? CurrentThread.setTimerSlack(nanoseconds: 1)
                    // Bounded by half a million packets.
                    for _ in 0..<500_000 where !over.flag.load(ordering: .relaxed) {
                        let instant = Clocks.monotonic()
                        cbench_send_stamped(socket)
                        Clocks.sleepUntil(monotonic: instant + spacing)
                    }
                }
            )
        }

        func stop() {
            isOver.flag.store(true, ordering: .relaxed)
            thread.withLock { $0.take() }?.join()
        }
    }

    private func socket(in namespace: NetworkNamespace, bindTo: String? = nil, connectTo: String? = nil)
        throws
        -> OwnedDescriptor
    {
        try namespace.inside {
            let descriptor = OwnedDescriptor(
                owning: try SystemError.check("socket") {
                    Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
                }
            )
            let number = descriptor.number
            var large: Int32 = 32 << 20
            setsockopt(number, SOL_SOCKET, SO_RCVBUFFORCE, &large, 4)
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = Self.port.bigEndian
            inet_pton(AF_INET, bindTo ?? connectTo ?? "", &name.sin_addr)
            try SystemError.check("open a socket") {
                withUnsafePointer(to: &name) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
                        return bindTo == nil ? connect(number, $0, length) : bind(number, $0, length)
                    }
                }
            }
            return descriptor
        }
    }
}

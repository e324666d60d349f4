import Faults
import Glibc
import LinuxSystem
import Measures
import Packetfilter
import Synchronization
import Undoing

/// Two namespaces joined by a veth, gone with this value. Packets go from near to far; the partition is on far.
struct PartitionNetwork: ~Copyable {
    private struct Owned: ~Copyable {
        let namespace: NetworkNamespace
        init(_ name: String) throws { namespace = try NetworkNamespace.create(named: name) }
        deinit { _ = try? namespace.delete() }
    }

    /// Partitions have nothing to undo.
    private struct NoKeeper: UndoKeeper {
        func keep(_ undo: Undo, id: String, fault: String) throws {}
        func release(id: String) throws {}
    }

    static let near = "10.78.0.1"
    private static let far = "10.78.0.2"
    private static let port: UInt16 = 7001
    private let nearOwner: Owned
    private let farOwner: Owned

    init() throws {
        let near = try Owned("fl-bench-\(getpid())-pa")
        let far = try Owned("fl-bench-\(getpid())-pb")
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

    func agent() throws -> PacketFaults {
        try farOwner.namespace.inside {
            try PacketFaults(interface: "v0", seed: 1, keeper: NoKeeper(), backend: DelayBackend.none)
        }
    }

    /// Nanoseconds from the call of `cut` until packets no longer arrive, sorted. `cut` gives what undoes it.
    func times(_ rounds: Int, _ cut: @escaping @Sendable (Int) throws -> () throws -> Void) throws -> [Int64]
    {
        let inbox = try socket(in: farOwner.namespace, bindTo: Self.far)
        let sender = try socket(in: nearOwner.namespace, connectTo: Self.far)
        let (reading, writing) = (inbox.number, sender.number)
        // On one thread in the namespace, as the agent's: entering takes longer than a cut.
        return try farOwner.namespace.inside {
            var times: [Int64] = []
            for round in 0..<rounds {
                let stream = try Stream(from: writing)
                usleep(5000)
                let asked = Clocks.monotonic()
                let undo = try cut(round)
                let returned = Clocks.monotonic()
                usleep(2000)
                stream.stop()
                var last: Int64 = 0
                var instant: Int64 = 0
                while recv(reading, &instant, 8, Int32(MSG_DONTWAIT)) == 8 { last = max(last, instant) }
                try undo()
                // What was sent last and arrived was before the effect.
                guard last > 0, last < returned + 1_000_000 else {
                    throw SystemError("measure a cut", refused: "packets still arrive")
                }
                times.append(max(last - asked, 0))
            }
            return times.sorted()
        }
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

    /// Sends its instant every few microseconds until it is stopped.
    private final class Stream: Sendable {
        private let isOver: Over
        private let thread: Mutex<PinnedThread?>

        private final class Over: Sendable {
            let flag = Atomic(false)
        }

        init(from socket: Int32) throws {
            let over = Over()
            isOver = over
            thread = Mutex(
                try PinnedThread(name: "stream", realtimePriority: 10) {
                    try? CurrentThread.setTimerSlack(nanoseconds: 1)
                    // Ten seconds at most.
                    for _ in 0..<500_000 where !over.flag.load(ordering: .relaxed) {
                        var instant = Clocks.monotonic()
                        _ = send(socket, &instant, 8, 0)
                        Clocks.sleepUntil(monotonic: instant + 10_000)
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

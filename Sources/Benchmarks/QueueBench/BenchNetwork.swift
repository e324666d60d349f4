import BenchSupport
import Faults
import Glibc
import Impairments
import LinuxSystem
import Measures
import Packetfilter

/// Two namespaces joined by a veth, gone with this value.
struct BenchNetwork: ~Copyable {
    static let far = "10.79.0.2"
    private let near: OwnedNamespace
    private let remote: OwnedNamespace

    init() throws {
        let near = try OwnedNamespace("fl-bench-\(getpid())-a")
        let remote = try OwnedNamespace("fl-bench-\(getpid())-b")
        let (a, b) = (near.namespace.name, remote.namespace.name)
        let command = """
            ip -n \(a) link add v0 type veth peer name v0 netns \(b) && \
            ip -n \(a) address add 10.79.0.1/24 dev v0 && ip -n \(b) address add \(Self.far)/24 dev v0 && \
            ip -n \(a) link set v0 up && ip -n \(b) link set v0 up && \
            ip netns exec \(a) ping -q -c 1 -w 10 -i 0.2 \(Self.far) >/dev/null
            """
        try Self.shell(command)
        self.near = near
        self.remote = remote
    }

    /// With everything to the far end by this path. The statistics are the engine's own, of the queue alone.
    private func with<Value>(
        _ path: HoldingPath,
        _ body: () throws -> Value
    ) throws -> (Value, QueueStatistics?) {
        switch path {
        case .nothing: return (try body(), nil)
        case .queue(let latency): return try withQueue(latency, body)
        case .netem(let latency): return (try withNetem(latency, body), nil)
        case .tc(let latency):
            let root = "ip netns exec \(near.namespace.name) tc qdisc"
            try Self.shell("\(root) add dev v0 root netem delay \(latency.text) limit 1000000")
            let value = try body()
            try Self.shell("\(root) del dev v0 root")
            return (value, nil)
        }
    }

    private func withQueue<Value>(_ latency: Duration, _ body: () throws -> Value) throws -> (
        Value, QueueStatistics?
    ) {
        let namespace = near.namespace
        let filter = try FilterSocket.open(in: namespace)
        let delay = try namespace.inside {
            try QueueDelay(
                queue: 9,
                settings: DelayLine.Settings(latency: latency, order: .free),
                seed: 1,
                filter: filter
            )
        }
        let match = PacketMatch(destination: AddressPrefix(Self.far), outputInterface: "v0")
        let rules = try filter.holding([match], family: .ip, queue: 9)
        let chain = FilterChain(
            name: "leaving",
            hook: .postrouting,
            priority: FilterChain.lastPriority(queue: 9),
            rules: rules
        )
        _ = try filter.install(FilterTable(name: "faultline-bench", family: .ip, chains: [chain]))
        let value = try body()
        try filter.remove(table: "faultline-bench", family: .ip)
        return (value, try delay.stop())
    }

    private func withNetem<Value>(_ latency: Duration, _ body: () throws -> Value) throws -> Value {
        let (faults, injection) = try near.namespace.inside {
            let faults = try PacketFaults(interface: "v0", seed: 1, keeper: NoKeeper(), backend: .netem)
            let now = Clocks.monotonic()
            let injection = try faults.impair(
                id: "bench#1",
                Impairment(latency: latency),
                on: TrafficFilter(peers: [AddressPrefix(Self.far)].compactMap { $0 }),
                window: ActingWindow(start: now, end: now + 600_000_000_000),
                leaseUntil: .max
            )
            return (faults, injection)
        }
        let value = try body()
        let left = try near.namespace.inside {
            try injection.heal()
            return faults.differencesFromBefore()
        }
        guard left.isEmpty else { throw SystemError("heal", refused: left.joined(separator: ", ")) }
        return value
    }

    /// As fast as a sender can, in calls of 32, for two seconds.
    func flood(_ path: HoldingPath) throws -> FloodFigures {
        let (run, statistics) = try with(path) {
            try BenchTraffic(near: near.namespace, far: remote.namespace).flood(nanoseconds: 2_000_000_000)
        }
        return FloodFigures(
            sent: run.sent,
            arrived: run.arrived,
            nanoseconds: run.nanoseconds,
            queue: statistics
        )
    }

    func paced(_ path: HoldingPath, perSecond: Int64, seconds: Int64) throws -> TimeFigures {
        let (times, statistics) = try with(path) {
            try BenchTraffic(near: near.namespace, far: remote.namespace).paced(
                count: Int(perSecond * seconds),
                spacing: 1_000_000_000 / perSecond
            )
        }
        return TimeFigures(times: times.sorted(), asked: Int(perSecond * seconds), queue: statistics)
    }

    private static func shell(_ command: String) throws {
        guard system(command) == 0 else { throw SystemError("measure", refused: command) }
    }
}

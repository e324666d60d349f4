import Faults
import Glibc
import LinuxSystem
import Measures
import Packetfilter

/// Two namespaces joined by a veth, gone with this value.
struct BenchNetwork: ~Copyable {
    private struct Owned: ~Copyable {
        let namespace: NetworkNamespace
        init(_ name: String) throws { namespace = try NetworkNamespace.create(named: name) }
        deinit { _ = try? namespace.delete() }
    }

    static let far = "10.79.0.2"
    private let near: Owned
    private let remote: Owned

    init() throws {
        let near = try Owned("fl-bench-\(getpid())-a")
        let remote = try Owned("fl-bench-\(getpid())-b")
        let (a, b) = (near.namespace.name, remote.namespace.name)
        let command = """
            ip -n \(a) link add v0 type veth peer name v0 netns \(b) && \
            ip -n \(a) address add 10.79.0.1/24 dev v0 && ip -n \(b) address add \(Self.far)/24 dev v0 && \
            ip -n \(a) link set v0 up && ip -n \(b) link set v0 up && \
            ip netns exec \(a) ping -q -c 1 -w 10 -i 0.2 \(Self.far) >/dev/null
            """
        guard system(command) == 0 else { throw SystemError("make a network", refused: command) }
        self.near = near
        self.remote = remote
    }

    /// With everything to the far end through the queue, or nothing.
    private func with<Value>(
        _ latency: Duration?,
        _ body: () throws -> Value
    ) throws -> (Value, QueueStatistics?) {
        guard let latency else { return (try body(), nil) }
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

    /// As fast as a sender can, in calls of 32, for two seconds.
    func flood(_ latency: Duration?) throws -> FloodFigures {
        let (run, statistics) = try with(latency) {
            try BenchTraffic(near: near.namespace, far: remote.namespace).flood(nanoseconds: 2_000_000_000)
        }
        return FloodFigures(
            sent: run.sent,
            arrived: run.arrived,
            nanoseconds: run.nanoseconds,
            queue: statistics
        )
    }

    func paced(_ latency: Duration?, perSecond: Int64, seconds: Int64) throws -> TimeFigures {
        let (times, statistics) = try with(latency) {
            try BenchTraffic(near: near.namespace, far: remote.namespace).paced(
                count: Int(perSecond * seconds),
                spacing: 1_000_000_000 / perSecond
            )
        }
        return TimeFigures(times: times.sorted(), asked: Int(perSecond * seconds), queue: statistics)
    }
}

struct FloodFigures {
    let sent: Int
    let arrived: Int
    let nanoseconds: Int64
    let queue: QueueStatistics?

    var words: String {
        let rate = { (count: Int) in "\(Int(Double(count) * 1e9 / Double(nanoseconds)))/s" }
        var words = "sent \(pad(rate(sent), 12)) arrived \(rate(arrived))"
        if let queue { words += ", through the engine \(rate(Int(queue.received)))" }
        return words
    }
}

struct TimeFigures {
    /// Nanoseconds, ascending.
    let times: [Int64]
    let asked: Int
    let queue: QueueStatistics?

    func quantile(_ part: Double) -> Int64 {
        times.isEmpty ? 0 : times[min(times.count - 1, Int(Double(times.count) * part))]
    }

    func less(_ nanoseconds: Int64) -> TimeFigures {
        TimeFigures(times: times.map { $0 - nanoseconds }, asked: asked, queue: queue)
    }

    var words: String {
        "p50 \(micro(quantile(0.5)))  p99 \(micro(quantile(0.99)))  max \(micro(times.last ?? 0)), "
            + "\(times.count) of \(asked)"
    }

    /// The engine's own account.
    var engine: String {
        guard let queue else { return "-" }
        let text = { (part: Double) in queue.lateness.quantile(part).map { micro($0.nanoseconds) } ?? "-" }
        return "p50 \(text(0.5))  p99 \(text(0.99)), at most \(queue.mostHeld) held"
    }
}

import AgentSupport
import BenchSupport
import Foundation
import LinuxSystem
import Measures
import Processes
import Recording

#if canImport(Glibc)
import Glibc
#endif

/// A sender and five nodes on a veth each, every node with an agent whose CLOCK_MONOTONIC is 100 s ahead of the one before.
final class EdgeNetwork {
    static let nodes = 5
    private static let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "faultline").path

    private let sender: NetworkNamespace
    private var namespaces: [NetworkNamespace] = []
    private var agents: [AgentUnderTest] = []
    private let folder: String
    private var traffic: EdgeTraffic?

    private static func near(_ node: Int) -> String { "10.79.\(node).1" }
    private static func other(_ node: Int) -> String { "10.79.\(node).3" }
    private static func far(_ node: Int) -> String { "10.79.\(node).2" }

    init() async throws {
        let name = "fl-bench-\(getpid())-e"
        folder = "/tmp/\(name)"
        try Directory.make(folder)
        sender = try NetworkNamespace.create(named: "\(name)s")
        for node in 0..<Self.nodes {
            let namespace = try NetworkNamespace.create(named: "\(name)\(node)")
            namespaces.append(namespace)
            let command = """
                ip -n \(sender.name) link add v\(node) type veth peer name v0 netns \(namespace.name) && \
                ip -n \(sender.name) address add \(Self.near(node))/24 dev v\(node) && \
                ip -n \(sender.name) address add \(Self.other(node))/24 dev v\(node) && \
                ip -n \(namespace.name) address add \(Self.far(node))/24 dev v0 && \
                ip -n \(sender.name) link set v\(node) up && ip -n \(namespace.name) link set v0 up && \
                ip netns exec \(sender.name) ping -q -c 1 -w 10 -i 0.2 \(Self.far(node)) >/dev/null
                """
            guard system(command) == 0 else { throw SystemError("make a network", refused: command) }
        }
        traffic = try EdgeTraffic(
            from: sender,
            to: namespaces.enumerated().map { node, namespace in
                EdgeTraffic.Node(
                    namespace: namespace,
                    address: Self.far(node),
                    source: Self.near(node),
                    other: Self.other(node)
                )
            }
        )
        for (node, namespace) in namespaces.enumerated() {
            let state = "\(folder)/\(node)"
            try Directory.make(state)
            agents.append(
                try await AgentUnderTest(
                    in: namespace,
                    program: Self.program,
                    folder: state,
                    reference: (sender, Self.near(node)),
                    interface: "v0",
                    clockAhead: 100 * node
                )
            )
        }
    }

    /// Also when the init threw half-way.
    deinit {
        for agent in agents { agent.end() }
        for namespace in [sender] + namespaces { _ = try? namespace.delete() }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The partition's length, and how far around each edge packets go. Nanoseconds.
    private static let length: Int64 = 50_000_000
    private static let around: Int64 = 1_500_000

    /// Both edges on the nodes whose turn it is; all are armed. `frozen`: the agents are stopped across them.
    func trial(_ trial: Int, frozen: Bool) async throws -> [(start: SeenEdge, end: SeenEdge)] {
        let start = Clocks.monotonic() + 700_000_000
        let end = start + Self.length
        for (node, agent) in agents.enumerated() {
            try await agent.arm(
                .partition(from: Self.near(node), direction: "ingress"),
                at: start,
                for: Duration(nanoseconds: Self.length),
                lease: .seconds(10)
            )
        }
        guard let traffic else { return [] }
        let streams = try traffic.start(trial: trial, around: [start, end], Self.around)
        if frozen { try freeze(at: start - 6_000_000) }
        let packets = traffic.finish(streams)
        if frozen { for agent in agents { try agent.process.signal(SIGCONT) } }
        Clocks.sleepUntil(monotonic: end + 60_000_000)
        var seen: [(start: SeenEdge, end: SeenEdge)] = []
        for (node, agent) in agents.enumerated() {
            let said = await saying(agent, frozen: frozen)
            if let packets = packets[node] { seen.append(try Self.edges(packets, start, end, said)) }
            let differences = try await agent.close()
            guard differences.isEmpty else {
                throw SystemError("heal", refused: differences.joined(separator: "; "))
            }
        }
        return seen
    }

    /// After the start was set for good, 20 ms ahead of it, and before the end was; on a thread that comes in time when all
    /// processors are busy.
    private func freeze(at instant: Int64) throws {
        let processes = agents.map(\.process)
        let thread = try PinnedThread(name: "freeze", realtimePriority: 55) {
            Clocks.sleepUntil(monotonic: instant)
            for process in processes { _ = try? process.signal(SIGSTOP) }
        }
        thread.join()
    }

    /// The last word on each edge before it came. A frozen agent says nothing of the end in time: what it said of the
    /// start holds for the end as well, with the drift of the length in between.
    private func saying(_ agent: AgentUnderTest, frozen: Bool) async -> (
        start: ClosedRange<Int64>?, end: ClosedRange<Int64>?
    ) {
        let patience = Clocks.monotonic() + 2_000_000_000
        while Clocks.monotonic() < patience, agent.armings.count < (frozen ? 2 : 3) {
            try? await Task.sleep(for: .milliseconds(5))
        }
        let range = { (arming: Arming) in
            arming.interval.earliest.nanoseconds...arming.interval.latest.nanoseconds
        }
        let settled = agent.armings.filter { $0.state == .settled }
        let start = settled.first { $0.edge == .start }.map(range)
        guard frozen else { return (start, settled.first { $0.edge == .end }.map(range)) }
        let drift = Self.length * 200 / 1_000_000 + 1
        let end = start.map {
            $0.lowerBound + Self.length - drift...$0.upperBound + Self.length + drift
        }
        return (start, end)
    }

    /// Errors: packets went across an edge, and none was lost.
    private static func edges(
        _ packets: [EdgeTraffic.Packet],
        _ start: Int64,
        _ end: Int64,
        _ said: (start: ClosedRange<Int64>?, end: ClosedRange<Int64>?)
    ) throws -> (SeenEdge, SeenEdge) {
        // Held up, the sender may have missed an edge: then there is nothing to see.
        let missed = (SeenEdge.missed(start, said: said.start), SeenEdge.missed(end, said: said.end))
        guard let middle = packets.firstIndex(where: { $0.before > start + length / 2 }), middle > 0 else {
            return missed
        }
        let around = { (edge: Int64, part: ArraySlice<EdgeTraffic.Packet>) in
            part.contains { $0.after < edge - 100_000 } && part.contains { $0.before > edge + 100_000 }
        }
        let (first, second) = (packets[..<middle], packets[middle...])
        var (began, ended) = missed
        if around(start, first) {
            guard let lost = first.firstIndex(where: { !$0.came }), lost > 0 else {
                throw noLoss("start", said.start)
            }
            began = SeenEdge(
                asked: start,
                seen: packets[lost - 1].before...packets[lost].after,
                firstAffected: packets[lost].before,
                said: said.start
            )
        }
        if around(end, second) {
            guard let lost = second.lastIndex(where: { !$0.came }), lost + 1 < packets.count else {
                throw noLoss("end", said.end)
            }
            ended = SeenEdge(
                asked: end,
                seen: packets[lost].before...packets[lost + 1].after,
                firstAffected: packets[lost + 1].before,
                said: said.end
            )
        }
        return (began, ended)
    }

    private static func noLoss(_ edge: String, _ said: ClosedRange<Int64>?) -> SystemError {
        let words = said.map { "\($0.upperBound - $0.lowerBound) ns wide" } ?? "nothing"
        return SystemError(
            "see the \(edge)",
            refused: "it is not where packets went; the agent said \(words)"
        )
    }
}

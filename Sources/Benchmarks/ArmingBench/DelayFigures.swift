import BenchSupport
import Faults
import Glibc
import Impairments
import LinuxSystem
import Measures
import Netlink
import Packetfilter

/// How soon a delay acts that one peer's packets are asked to suffer.
enum DelayFigures {
    /// So much that no hiccup of the machine is taken for it.
    private static let latency = 100
    private static let rounds = 11
    private static let slowRounds = 5

    static func show(_ network: borrowing ArmingNetwork) throws {
        print(
            "\nFrom request to effect of one delay of \(latency) ms for one peer: the last packet that is in time"
        )
        let hasNetem = Feature.delayTree.answer().isYes && Feature.packetDetours.answer().isYes
        if Feature.packetQueues.answer().isYes {
            print("  by the queue")
            print(try ours(network, .queue, isFirst: true).line("PacketFaults.impair, first of a run"))
            print(try ours(network, .queue, isFirst: false).line("PacketFaults.impair, a later one"))
        }
        guard hasNetem else {
            print(
                "  this kernel has no netem, so that tc cannot do it: make bench-stock-kernel compares them"
            )
            return
        }
        print("  by netem")
        let first = try ours(network, .netem, isFirst: true)
        let later = try ours(network, .netem, isFirst: false)
        print(first.line("PacketFaults.impair, first of a run"))
        print(later.line("PacketFaults.impair, a later one"))
        for peer in Self.peers {
            let found = try commands(network, peer)
            print(
                "\(found.line(peer.name, than: first)) (first), \((found.median / later.median).fixed(1)) (later)"
            )
        }
        guard let folder = getenv("FAULTLINE_TCCONFIG").map({ String(cString: $0) }) else {
            print("    tcset of tcconfig: not compared; FAULTLINE_TCCONFIG names the folder of its programs")
            return
        }
        let tcset = Peer(
            name: "tcset (tcconfig)",
            commands: [
                [
                    "\(folder)/tcset", "v0", "--delay", "\(latency)ms", "--network",
                    "\(ArmingNetwork.far)/32", "--quiet",
                ]
            ],
            undo: ["\(folder)/tcdel", "v0", "--all", "--quiet"],
            spacing: 1_000_000,
            rounds: slowRounds
        )
        let found = try commands(network, tcset)
        print(
            "\(found.line(tcset.name, than: first)) (first), \((found.median / later.median).fixed(1)) (later)"
        )
    }

    /// `isFirst`: nothing of Faultline's is on the interface yet.
    private static func ours(
        _ network: borrowing ArmingNetwork,
        _ backend: DelayBackend,
        isFirst: Bool
    ) throws -> Spans {
        guard let peer = AddressPrefix(ArmingNetwork.far), let stranger = AddressPrefix("192.0.2.1") else {
            throw SystemError("read an address", refused: ArmingNetwork.far)
        }
        let arm = { @Sendable (faults: PacketFaults, id: String, peer: AddressPrefix) in
            let now = Clocks.monotonic()
            let window = ActingWindow(start: now, end: now + 60_000_000_000)
            return try faults.impair(
                id: id,
                Impairment(latency: .milliseconds(Int64(latency))),
                on: TrafficFilter(peers: [peer]),
                window: window,
                leaseUntil: window.end
            )
        }
        let near = network.namespace(.near)
        return try network.delays(rounds, latency: latency, spacing: 10_000) { round in
            let faults = try ArmingNetwork.agent(in: near, backend: backend)
            let other = isFirst ? nil : try arm(faults, "other#\(round)", stranger)
            return {
                let injection = try arm(faults, "slow#\(round)", peer)
                return {
                    try injection.heal()
                    try other?.heal()
                    let left = faults.differencesFromBefore()
                    guard left.isEmpty else {
                        throw SystemError("heal", refused: left.joined(separator: ", "))
                    }
                }
            }
        }
    }

    private struct Peer {
        let name: String
        let commands: [[String]]
        let undo: [String]
        /// Between two packets, nanoseconds: what it is measured by.
        var spacing: Int64 = 200_000
        var rounds = DelayFigures.rounds
    }

    private static func commands(_ network: borrowing ArmingNetwork, _ peer: Peer) throws -> Spans {
        try network.delays(peer.rounds, latency: latency, spacing: peer.spacing) { _ in
            {
                for command in peer.commands { try Program.run(command) }
                return { try Program.run(peer.undo) }
            }
        }
    }

    private static let peers: [Peer] = {
        let undo = ["tc", "qdisc", "del", "dev", "v0", "root"]
        let split = { (text: String) in text.split(separator: " ").map(String.init) }
        let one = [
            split("tc qdisc add dev v0 root handle 1: prio"),
            split("tc qdisc add dev v0 parent 1:3 handle 30: netem delay \(latency)ms"),
            split(
                "tc filter add dev v0 parent 1: protocol ip prio 1 u32 match ip dst \(ArmingNetwork.far)/32 flowid 1:3"
            ),
        ]
        return [
            Peer(
                name: "tc, one command (everybody's packets)",
                commands: [
                    split("tc qdisc add dev v0 root netem delay \(latency)ms")
                ],
                undo: undo
            ),
            Peer(name: "tc, three commands (that peer's packets)", commands: one, undo: undo),
        ]
    }()
}

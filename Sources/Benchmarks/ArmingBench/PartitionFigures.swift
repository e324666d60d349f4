import BenchSupport
import Faults
import Glibc
import LinuxSystem
import Measures
import Packetfilter

/// How soon a partition acts, and what a packet costs while it does: one peer is cut off among many.
enum PartitionFigures {
    static func show(_ network: borrowing ArmingNetwork) throws {
        try effect(network)
        try cost(network)
    }

    /// Others than the near end of the wire.
    static func strangers(_ count: Int) -> [String] {
        (0..<count).map { "10.\(80 + $0 / 62_500).\($0 / 250 % 250).\($0 % 250)" }
    }

    private static func effect(_ bench: borrowing ArmingNetwork) throws {
        let rounds = 31
        print("\nFrom request to effect: the first packet that is missing on the wire, \(rounds) times each")
        for count in [1, 100, 1000] {
            let peers = strangers(count - 1) + [ArmingNetwork.near]
            let prefixes = peers.compactMap { AddressPrefix($0) }
            let faults = try ArmingNetwork.agent(in: bench.namespace(.far), backend: .none)
            let ours = try bench.cuts(rounds) { number in
                let now = Clocks.monotonic()
                let window = ActingWindow(start: now, end: now + 60_000_000_000)
                let injection = try faults.drop(
                    id: "cut#\(number)",
                    from: TrafficFilter(peers: prefixes, direction: .ingress),
                    window: window,
                    leaseUntil: window.end
                )
                return { try injection.heal() }
            }
            let path = "/tmp/faultline-bench-\(getpid()).nft"
            let rules = """
                table ip cut {
                  chain arriving {
                    type filter hook prerouting priority raw;
                    iifname "v0" ip saddr { \(peers.joined(separator: ", ")) } counter drop
                  }
                }
                """
            try FileContents.writeAtomically(Array(rules.utf8), to: path)
            defer { unlink(path) }
            let nft = try bench.cuts(rounds) { _ in
                try Program.run(["nft", "-f", path])
                return { try Program.run(["nft", "delete", "table", "ip", "cut"]) }
            }
            print("  \(count) peer\(count == 1 ? "" : "s")")
            print(ours.line("PacketFaults.drop"))
            print(nft.line("nft -f", than: ours))
        }
    }

    private static func cost(_ bench: borrowing ArmingNetwork) throws {
        print(
            "\nCost for a packet that is none of the peers', 200,000 packets by one thread, median of 9 rounds"
        )
        let none = try bench.packetCost(peers: [], asList: false)
        print("  no partition          \(cost(none, against: none))")
        for count in [1, 100, 1000, 10_000] {
            let value = try bench.packetCost(peers: strangers(count), asList: false)
            print("  \(pad("\(count) in a set", 22))\(cost(value, against: none))")
        }
        for count in [100, 1000] {
            let value = try bench.packetCost(peers: strangers(count), asList: true)
            print("  \(pad("\(count) rules, a list", 22))\(cost(value, against: none))")
        }
    }

    private static func cost(_ value: Double, against none: Double) -> String {
        "\(value.fixed(0)) ns, +\((value - none).fixed(0)) ns, \((1e9 / value).fixed(0)) packets/s"
    }
}

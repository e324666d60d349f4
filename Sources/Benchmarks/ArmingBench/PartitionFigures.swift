import Faults
import Glibc
import LinuxSystem
import Measures
import Packetfilter

/// Figures of partitions on this machine, for `make bench-partition`: two namespaces joined by a veth, one cut off from
/// the other among many peers. Needs root. Tables on standard output.
@main
enum PartitionBench {
    static func main() {
        do {
            let bench = try PartitionNetwork()
            try effect(bench)
            try cost(bench)
        } catch {
            print("bench-partition: \(error)")
            exit(1)
        }
    }

    /// Others than the near end of the wire.
    static func strangers(_ count: Int) -> [String] {
        (0..<count).map { "10.\(80 + $0 / 62_500).\($0 / 250 % 250).\($0 % 250)" }
    }

    private static func effect(_ bench: borrowing PartitionNetwork) throws {
        let rounds = 31
        print("From request to effect: the first packet that is missing on the wire, \(rounds) times each")
        for count in [1, 100, 1000] {
            let peers = strangers(count - 1) + [PartitionNetwork.near]
            let prefixes = peers.compactMap { AddressPrefix($0) }
            let faults = try bench.agent()
            let ours = try bench.times(rounds) { number in
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
            let nft = try bench.times(rounds) { _ in
                try Program.run(["nft", "-f", path])
                return { try Program.run(["nft", "delete", "table", "ip", "cut"]) }
            }
            print("  \(count) peer\(count == 1 ? "" : "s")")
            print("    PacketFaults.drop   \(words(ours))")
            print(
                "    nft -f              \(words(nft))   \((middle(nft) / middle(ours)).fixed(1)) times as long"
            )
        }
    }

    private static func cost(_ bench: borrowing PartitionNetwork) throws {
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

    private static func middle(_ times: [Int64]) -> Double { Double(times[times.count / 2]) }

    private static func words(_ times: [Int64]) -> String {
        let micro = { (value: Int64) in pad("\((Double(value) / 1000).fixed(0)) µs", 9) }
        return
            "median \(micro(times[times.count / 2])) least \(micro(times[0])) most \(micro(times[times.count - 1]))"
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

import AgentProtocol
import Measures
import Plan
import Schedule
import Testing

@testable import Coordinator

@Suite("Which hosts measure the ways between them")
struct NeighbourPairsTests {
    private func hosts(_ count: Int) -> [HostEndpoint] {
        (0..<count).map { index in
            HostEndpoint(
                name: "h\(index)",
                agent: .unix(path: ""),
                addresses: ["10.77.0.\(index)"],
                interface: "eth0",
                directory: "/",
                doors: .init(
                    clock: .init("10.78.0.\(index)", port: 7708),
                    path: .init("10.77.0.\(index)", port: 7709)
                )
            )
        }
    }

    private func pairs(_ hosts: [HostEndpoint], faults: [ScheduledFault] = []) -> NeighbourPairs {
        var keys = SeededGenerator(seed: 1)
        return NeighbourPairs(hosts: hosts, faults: faults, loads: [], keys: &keys)
    }

    private func cut(_ drops: [PartitionPlan.Drop]) -> ScheduledFault {
        ScheduledFault(
            id: "cut#1",
            name: "cut",
            start: .zero,
            end: Instant(.seconds(1)),
            action: .partition(.map(drops), drops: drops, TrafficPlan(direction: .ingress))
        )
    }

    @Test("up to 16 hosts every pair does, once, with a session and a key of its own that both are told")
    func everyPair() throws {
        let hosts = hosts(5)
        let pairs = pairs(hosts)
        #expect(pairs.pairs.count == 10)
        #expect(Set(pairs.pairs.map(\.session)).count == 10)
        #expect(Set(pairs.pairs.map { "\($0.key)" }).count == 10)
        for pair in pairs.pairs {
            let first = try #require(pairs.message(for: pair.first))
            let second = try #require(pairs.message(for: pair.second))
            let asked = try #require(first.peers.first { $0.name == pair.second })
            let asks = try #require(second.peers.first { $0.name == pair.first })
            #expect(asked.asks && !asks.asks)
            #expect(asked.session == asks.session)
            #expect(asked.keyFirst == asks.keyFirst && asked.keySecond == asks.keySecond)
            #expect(asked.clock == second.clock && asked.path == second.path)
            #expect(asks.clock == first.clock && asks.path == first.path)
        }
        #expect(hosts.allSatisfy { pairs.message(for: $0.name)?.peers.count == 4 })
    }

    @Test("of more hosts only those that a fault names together")
    func namedPairs() {
        let found = pairs(hosts(17), faults: [cut([PartitionPlan.Drop(host: "h3", from: ["h1", "h9"])])])
        #expect(found.pairs.map { [$0.first, $0.second] } == [["h1", "h3"], ["h3", "h9"]])
        #expect(pairs(hosts(17)).pairs.isEmpty)
        #expect(pairs(hosts(16)).pairs.count == 120)
    }

    @Test("of two hundred in halves each host measures one way, and not a hundred")
    func boundedPairs() {
        let names = (0..<200).map { "h\($0)" }
        let drops = names.prefix(100).map { PartitionPlan.Drop(host: $0, from: Array(names.suffix(100))) }
        let found = pairs(hosts(200), faults: [cut(drops)]).pairs
        #expect(Set(found.map { [$0.first, $0.second] as Set }).count == 100)
        for name in names { #expect(found.count { $0.first == name || $0.second == name } == 1) }
        // Of twenty all of them are measured.
        let few = names.prefix(10).map { PartitionPlan.Drop(host: $0, from: (10..<20).map { "h\($0)" }) }
        #expect(pairs(hosts(20), faults: [cut(few)]).pairs.count == 100)
    }

    @Test(
        "of ten thousand that one fault names with one host the pairs are few, and each host is told its own"
    )
    func thousands() {
        let names = (0..<10_000).map { "h\($0)" }
        let drops = names.dropFirst().map { PartitionPlan.Drop(host: $0, from: ["h0"]) }
        let all = hosts(10_000)
        let found = pairs(all, faults: [cut(drops)])
        #expect(found.pairs.map { [$0.first, $0.second] } == [["h0", "h1"]])
        #expect(all.count { found.message(for: $0.name)?.peers.isEmpty == false } == 2)
    }

    @Test("a host without doors takes no part")
    func withoutDoors() {
        let plain = HostEndpoint(
            name: "far",
            agent: .unix(path: ""),
            addresses: [],
            interface: "eth0",
            directory: "/"
        )
        let pairs = pairs(hosts(2) + [plain])
        #expect(pairs.pairs.count == 1)
        #expect(pairs.message(for: "far") == nil)
    }
}

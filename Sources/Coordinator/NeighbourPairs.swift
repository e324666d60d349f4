import AgentProtocol
import Measures
import Plan
import Schedule

/// Which hosts compare clocks and measure the path between them. Pure but for the keys, whose source is a parameter.
struct NeighbourPairs {
    struct Pair: Equatable {
        /// Asks.
        let first: String
        /// Answers.
        let second: String
        let session: UInt64
        let key: (UInt64, UInt64)

        static func == (left: Pair, right: Pair) -> Bool {
            (left.first, left.second, left.session) == (right.first, right.second, right.session)
        }
    }

    /// Of more hosts than this only pairs that a fault or a load names are measured: pairs grow by the square.
    static let mostHosts = 16
    /// Of one of so many hosts: about as many pairs in all as of 16 hosts, one a host at least. A partition into halves names
    /// every pair between them, and each pair asks on a thread of its own: with 200 hosts 10,000 kept them all from answering
    /// their coordinator.
    static func mostPairsOfHost(among hosts: Int) -> Int { max(1, 256 / max(1, hosts)) }

    let pairs: [Pair]
    private let pairsOfHost: [String: [Pair]]
    private let doors: [String: HostEndpoint.Doors]
    private let pace: ProbePace

    /// Hosts without doors take no part.
    init(
        hosts: [HostEndpoint],
        faults: [ScheduledFault],
        loads: [LoadPlan],
        keys: inout some RandomNumberGenerator
    ) {
        doors = Dictionary(hosts.compactMap { host in host.doors.map { (host.name, $0) } }) { first, _ in
            first
        }
        pace = ProbePace(hosts: hosts.count)
        let names = hosts.map(\.name).filter { [doors] in doors[$0] != nil }
        let chosen =
            names.count <= Self.mostHosts
            ? names.enumerated().flatMap { index, first in
                names.dropFirst(index + 1).map { (first, $0) }
            }
            : Self.named(
                names,
                most: Self.mostPairsOfHost(among: names.count),
                by: Self.named(by: loads) + Self.named(by: faults)
            )
        pairs = chosen.enumerated().map { index, pair in
            Pair(
                first: pair.0,
                second: pair.1,
                session: UInt64(index + 1),
                key: (keys.next(), keys.next())
            )
        }
        var pairsOfHost: [String: [Pair]] = [:]
        for pair in pairs {
            for host in [pair.first, pair.second] { pairsOfHost[host, default: []].append(pair) }
        }
        self.pairsOfHost = pairsOfHost
    }

    /// One host and those with which something names it.
    private typealias Star = (host: String, others: [String])

    /// The pairs in the order in which they are named, while neither of their hosts has enough.
    private static func named(_ names: [String], most: Int, by stars: [Star]) -> [(String, String)] {
        let places = Dictionary(zip(names, 0...)) { first, _ in first }
        var counts = [Int](repeating: 0, count: names.count)
        var taken: Set<[Int]> = []
        for (host, others) in stars {
            guard let one = places[host] else { continue }
            for other in others where counts[one] < most {
                guard let two = places[other], two != one, counts[two] < most,
                    taken.insert([min(one, two), max(one, two)]).inserted
                else { continue }
                counts[one] += 1
                counts[two] += 1
            }
        }
        return taken.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }.map { (names[$0[0]], names[$0[1]]) }
    }

    /// A load's hosts, each with the target.
    private static func named(by loads: [LoadPlan]) -> [Star] {
        loads.flatMap { load in load.senders.hosts.map { (host: $0, others: [load.request.host]) } }
    }

    /// A fault's hosts and the peers that its filter names.
    private static func named(by faults: [ScheduledFault]) -> [Star] {
        faults.flatMap { fault -> [Star] in
            switch fault.action {
            case .impairment(let hosts, _, _, let traffic), .reset(let hosts, let traffic):
                let peers = traffic.peers.compactMap { if case .host(let peer) = $0 { peer } else { nil } }
                return hosts.map { (host: $0, others: peers) }
            case .partition(_, let drops, _): return drops.map { (host: $0.host, others: $0.from) }
            case .kill, .pause, .restart, .stress, .limit: return []
            }
        }
    }

    func message(for host: String) -> Faultline_Agent_V1_Neighbours? {
        guard let own = doors[host] else { return nil }
        var message = Faultline_Agent_V1_Neighbours()
        message.clock = .init(own.clock)
        message.path = .init(own.path)
        message.pace = pace.message
        for pair in pairsOfHost[host] ?? [] {
            let other = pair.first == host ? pair.second : pair.first
            guard let far = doors[other] else { continue }
            var peer = Faultline_Agent_V1_Neighbour()
            peer.name = other
            peer.clock = .init(far.clock)
            peer.path = .init(far.path)
            peer.session = pair.session
            (peer.keyFirst, peer.keySecond) = pair.key
            peer.asks = pair.first == host
            message.peers.append(peer)
        }
        return message
    }
}

extension Faultline_Agent_V1_Door {
    fileprivate init(_ door: HostEndpoint.Door) {
        self.init()
        address = door.address
        port = UInt32(door.port)
    }
}

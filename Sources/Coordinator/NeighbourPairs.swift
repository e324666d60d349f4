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
        let all = names.enumerated().flatMap { index, first in
            names.dropFirst(index + 1).map { (first: first, second: $0) }
        }
        let chosen =
            names.count <= Self.mostHosts
            ? all
            : Self.named(
                all,
                most: Self.mostPairsOfHost(among: names.count),
                by: [Self.named(by: loads), Self.named(by: faults)]
            )
        pairs = chosen.enumerated().map { index, pair in
            Pair(
                first: pair.first,
                second: pair.second,
                session: UInt64(index + 1),
                key: (keys.next(), keys.next())
            )
        }
    }

    /// The pairs of the first set, then those of the next, while neither of their hosts has enough.
    private static func named(
        _ all: [(first: String, second: String)],
        most: Int,
        by sets: [Set<Set<String>>]
    ) -> [(first: String, second: String)] {
        var counts: [String: Int] = [:]
        var taken: Set<Set<String>> = []
        return sets.flatMap { named in
            all.filter { first, second in
                let pair: Set = [first, second]
                guard named.contains(pair), !taken.contains(pair),
                    max(counts[first, default: 0], counts[second, default: 0]) < most
                else { return false }
                counts[first, default: 0] += 1
                counts[second, default: 0] += 1
                taken.insert(pair)
                return true
            }
        }
    }

    /// A load's hosts, each with the target.
    private static func named(by loads: [LoadPlan]) -> Set<Set<String>> {
        Set(loads.flatMap { load in load.senders.hosts.map { [$0, load.request.host] as Set } })
    }

    /// A fault's hosts and the peers that its filter names.
    private static func named(by faults: [ScheduledFault]) -> Set<Set<String>> {
        var named: Set<Set<String>> = []
        for fault in faults {
            switch fault.action {
            case .impairment(let hosts, _, _, let traffic), .reset(let hosts, let traffic):
                for host in hosts {
                    for case .host(let peer) in traffic.peers { named.insert([host, peer]) }
                }
            case .partition(_, let drops, _):
                for drop in drops {
                    for sender in drop.from { named.insert([drop.host, sender]) }
                }
            case .kill, .pause, .restart, .stress, .limit: continue
            }
        }
        return named
    }

    func message(for host: String) -> Faultline_Agent_V1_Neighbours? {
        guard let own = doors[host] else { return nil }
        var message = Faultline_Agent_V1_Neighbours()
        message.clock = .init(own.clock)
        message.path = .init(own.path)
        message.pace = pace.message
        for pair in pairs where pair.first == host || pair.second == host {
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

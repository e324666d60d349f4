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

    let pairs: [Pair]
    private let doors: [String: HostEndpoint.Doors]

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
        let names = hosts.map(\.name).filter { [doors] in doors[$0] != nil }
        let named = Self.named(in: faults, loads)
        var pairs: [Pair] = []
        for (index, first) in names.enumerated() {
            for second in names.dropFirst(index + 1)
            where names.count <= Self.mostHosts || named.contains([first, second]) {
                pairs.append(
                    Pair(
                        first: first,
                        second: second,
                        session: UInt64(pairs.count + 1),
                        key: (keys.next(), keys.next())
                    )
                )
            }
        }
        self.pairs = pairs
    }

    /// A load's hosts, each with the target; a fault's hosts and the peers that its filter names.
    private static func named(in faults: [ScheduledFault], _ loads: [LoadPlan]) -> Set<Set<String>> {
        var named = Set(
            loads.flatMap { load in load.senders.hosts.map { [$0, load.request.host] as Set } }
        )
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

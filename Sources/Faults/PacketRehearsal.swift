package import Impairments
import LinuxSystem
import Measures
package import Netlink
package import Packetfilter

/// What PacketFaults would do on a host that may not exist yet, told in the same words and decided by the same values, and
/// nothing done. Faults are to be told in the order in which they would be armed: their numbers follow from it.
package struct PacketRehearsal {
    private let links: [Link]
    private let interface: String
    private let seed: UInt64
    private let exemptions: Exemptions
    private let allowsOwnLine: Bool
    private let backend: DelayBackend
    private let backendReason: String
    private let filter: FilterSocket
    private var queues: UInt16 = 0
    private var paths: [Detour: NetemCombinations] = [:]

    /// `links`: of the host, with the one that faults act on, `interface`. `filter`: a socket of the kernel that the host
    /// has; it is asked what it would take. Connections are taken to be tracked as in a new network namespace: not at all.
    package init(
        links: [Link],
        interface: String,
        seed: UInt64,
        exemptions: Exemptions,
        allowsOwnLine: Bool = false,
        filter: FilterSocket,
        backend: DelayBackend? = nil
    ) {
        self.links = links
        self.interface = interface
        self.seed = seed
        self.exemptions = exemptions
        self.allowsOwnLine = allowsOwnLine
        self.filter = filter
        (self.backend, backendReason) = backend.map { ($0, "as asked") } ?? DelayBackend.probe(filter)
    }

    /// Errors: those of `PacketFaults.drop`, as far as they show beforehand.
    package func drop(id: String, from filter: TrafficFilter) throws -> Operation {
        try PacketFaults.checkHost(for: filter, drops: true)
        return .drop(DropRules(id: id).tables(try concerned(by: filter, id: id)), from: filter)
    }

    /// Errors: those of `PacketFaults.impair`, as far as they show beforehand.
    package mutating func impair(
        id: String,
        _ asked: Impairment,
        on filter: TrafficFilter,
        window: ActingWindow
    ) throws -> Operation {
        try PacketFaults.checkHost(for: filter, drops: false)
        let traffic = try concerned(by: filter, id: id)
        switch backend {
        case .netem:
            do {
                return try netem(id, asked, filter, traffic, window)
            } catch let unfit as NetemUnfit {
                guard Feature.packetQueues.answer().isYes else { throw unfit }
                return try queue(id, asked, traffic)
            }
        case .queue: return try queue(id, asked, traffic)
        case .none: throw PacketFaults.noBackend(backendReason)
        }
    }

    private func concerned(by filter: TrafficFilter, id: String) throws -> ConcernedTraffic {
        try ConcernedTraffic(
            filter,
            interface: interface,
            interfaces: .planned(links),
            flowSeed: PacketFaults.flowSeed(of: filter, seed, id: id),
            exemptions: exemptions,
            allowsOwnLine: allowsOwnLine
        )
    }

    private mutating func queue(_ id: String, _ asked: Impairment, _ traffic: ConcernedTraffic) throws
        -> Operation
    {
        queues += 1
        let skills = try QueueSkills.of(filter, for: traffic, isFresh: true)
        let rules = QueueRules(id: id, asked: asked, queue: queues, skills: skills)
        return .queue(try rules.tables(traffic), number: queues, asked)
    }

    private mutating func netem(
        _ id: String,
        _ asked: Impairment,
        _ filter: TrafficFilter,
        _ traffic: ConcernedTraffic,
        _ window: ActingWindow
    ) throws -> Operation {
        let spec = NetemSpec(asked)
        let fault = NetemCombinations.Fault(id: id, spec: spec, traffic: filter, window: window)
        let name = filter.interface ?? interface
        var admitted = paths
        var places: [NetemPlace] = []
        for link in links where link.name == name {
            if let unfit = NetemUnfit.check(spec, on: link) { throw unfit }
            for direction in traffic.directions {
                let detour = Detour(of: link, direction)
                var combinations = admitted[detour] ?? NetemCombinations()
                let admission = try combinations.admit(
                    fault,
                    mixesDuplicates: Feature.duplicatesBesideOthers.answer().isYes
                )
                places.append(NetemPlace(admission, among: combinations, on: detour, seed: seed))
                admitted[detour] = combinations
            }
        }
        paths = admitted
        let tables = places.flatMap {
            NetemRules(place: $0, sparing: traffic.sparing, comment: id).tables(traffic)
        }
        return .netem(tables, at: places, asked, spec)
    }
}

import Measures
import Netlink
import Packetfilter

/// A filter resolved on this host: the packet matches of each family and way that it concerns, and what is spared first.
struct ConcernedTraffic {
    let leaving: [TableFamily: [PacketMatch]]
    let arriving: [TableFamily: [PacketMatch]]
    let sparing: [TableFamily: [PacketRule]]

    var directions: [Detour.Direction] {
        (leaving.isEmpty ? [] : [.leaving]) + (arriving.isEmpty ? [] : [.arriving])
    }
}

extension ConcernedTraffic {
    /// `interface`: the run's, where the filter names none. `interfaces`: those that there are; asked for when one is not.
    /// Errors: what cannot have an effect, or would cut our own line.
    init(
        _ filter: TrafficFilter,
        interface: String,
        interfaces: KnownInterfaces,
        flowSeed: UInt32,
        exemptions: Exemptions,
        allowsOwnLine: Bool
    ) throws {
        try Self.check(filter, allowsOwnLine: allowsOwnLine)
        let interface = filter.interface ?? interface
        try Self.check(interface: interface, among: interfaces)
        let cgroup = try filter.cgroup.map { try CgroupPath.find($0) }
        let matches = { (leaving: Bool) in
            var found: [TableFamily: [PacketMatch]] = [:]
            for family in [TableFamily.ip, .ip6] {
                let list = filter.matches(
                    family,
                    leaving: leaving,
                    interface: interface,
                    flowSeed: flowSeed,
                    cgroup: cgroup
                )
                if !list.isEmpty { found[family] = list }
            }
            return found
        }
        let leaving = filter.direction == .ingress ? [:] : matches(true)
        let arriving = filter.direction == .egress ? [:] : matches(false)
        guard !leaving.isEmpty || !arriving.isEmpty else {
            throw FaultError(
                "fault.no-packets",
                "no packet can match: the transport does not go with the peers' kind of address"
            )
        }
        let sparesLogins = !(allowsOwnLine && filter.namesLoginPort)
        var sparing: [TableFamily: [PacketRule]] = [:]
        for family in Set(leaving.keys).union(arriving.keys) {
            sparing[family] = exemptions.rules(family, sparingLogins: sparesLogins)
        }
        self.init(leaving: leaving, arriving: arriving, sparing: sparing)
    }

    static var ownLine: FaultError {
        FaultError(
            "fault.own-line",
            "port \(Exemptions.loginPort) is how people reach this host: the agent's policy must allow it"
        )
    }

    private static func check(_ filter: TrafficFilter, allowsOwnLine: Bool) throws {
        if filter.namesLoginPort, !allowsOwnLine { throw ownLine }
        if filter.user != nil || filter.cgroup != nil, filter.direction != .egress {
            throw FaultError(
                "fault.filter",
                "a user or cgroup is known of what this host sends: use direction egress"
            )
        }
        if !filter.ports.isEmpty, let transport = filter.transport, !transport.hasPorts {
            throw FaultError("fault.filter", "IP protocol \(transport.rawValue) has no ports: use tcp or udp")
        }
        if filter.flows == .zero {
            throw FaultError("fault.no-packets", "no packet can match: 0% of the flows")
        }
    }

    private static func check(interface: String, among interfaces: KnownInterfaces) throws {
        if interface == "lo" {
            throw FaultError("fault.own-line", "no fault touches the loopback interface")
        }
        guard interfaces.have(interface) else {
            let names = try interfaces.all()
            throw FaultError(
                "fault.interface",
                "there is no interface \(interface); there are: \(names.sorted().joined(separator: ", "))"
            )
        }
    }
}

/// The interfaces of a host: of this one, or of one that is planned.
struct KnownInterfaces {
    let have: (String) -> Bool
    let all: () throws -> [String]

    /// Of the calling thread's network namespace.
    static var here: KnownInterfaces {
        KnownInterfaces(have: Link.exists) { try RouteSocket().links().map(\.name) }
    }

    static func planned(_ links: [Link]) -> KnownInterfaces {
        let names = links.map(\.name)
        return KnownInterfaces(have: names.contains) { names }
    }
}

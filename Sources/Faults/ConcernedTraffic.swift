import Measures
import Netlink
import Packetfilter

/// A filter resolved on this host: the packet matches of each family and way that it concerns, and what is spared first.
struct ConcernedTraffic {
    let leaving: [TableFamily: [PacketMatch]]
    let arriving: [TableFamily: [PacketMatch]]
    let sparing: [TableFamily: [PacketRule]]

    /// In the calling thread's network namespace. `interface`: the run's, where the filter names none.
    /// Errors: what cannot have an effect, or would cut our own line.
    init(
        _ filter: TrafficFilter,
        interface: String,
        flowSeed: UInt32,
        exemptions: Exemptions,
        allowsOwnLine: Bool
    ) throws {
        try Self.check(filter, allowsOwnLine: allowsOwnLine)
        let interface = filter.interface ?? interface
        try Self.check(interface: interface)
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
        leaving = filter.direction == .ingress ? [:] : matches(true)
        arriving = filter.direction == .egress ? [:] : matches(false)
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
        self.sparing = sparing
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

    private static func check(interface: String) throws {
        if interface == "lo" {
            throw FaultError("fault.own-line", "no fault touches the loopback interface")
        }
        guard Link.exists(interface) else {
            let names = try RouteSocket().links().map(\.name)
            throw FaultError(
                "fault.interface",
                "there is no interface \(interface); there are: \(names.sorted().joined(separator: ", "))"
            )
        }
    }
}

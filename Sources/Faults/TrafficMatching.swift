import Measures
package import Packetfilter

extension TrafficFilter {
    /// The filter as the packet rules of one family see it: one match for each transport and side of the ports, however
    /// many peers and ports there are; none where no packet of the family can be meant.
    ///
    /// `leaving`: what this host sends by the interface, told by its destination; else what arrives there, by its source.
    /// `flowSeed`: draws the share of flows. `cgroup`: what the filter's path names on this host.
    package func matches(
        _ family: TableFamily,
        leaving: Bool,
        interface: String,
        flowSeed: UInt32 = 0,
        cgroup sender: SenderCgroup? = nil
    ) -> [PacketMatch] {
        let near = peers.filter { $0.isIPv6 == (family == .ip6) }
        // Only what leaves has a sender here.
        guard peers.isEmpty || !near.isEmpty, leaving || (user == nil && cgroup == nil) else { return [] }
        var match = PacketMatch(user: user, cgroup: sender)
        if leaving {
            match.destinations = near
            match.outputInterface = interface
        } else {
            match.sources = near
            match.inputInterface = interface
        }
        return transports(family).flatMap { transport in
            match.transport = transport
            return sides(of: match).flatMap {
                drawn($0, seed: flowSeed, isIPv6: family == .ip6, nearIsSource: leaving)
            }
        }
    }

    /// nil is any.
    private func transports(_ family: TableFamily) -> [PacketMatch.Transport?] {
        switch transport {
        case nil: ports.isEmpty ? [nil] : [.tcp, .udp]
        case .icmp?: family == .ip6 ? [] : [.icmp]
        case .icmp6?: family == .ip ? [] : [.icmp6]
        case let other?: [other]
        }
    }

    private func sides(of match: PacketMatch) -> [PacketMatch] {
        guard !ports.isEmpty else { return [match] }
        var (from, to) = (match, match)
        from.sourcePorts = ports
        to.destinationPorts = ports
        return [from, to]
    }

    private func drawn(_ match: PacketMatch, seed: UInt32, isIPv6: Bool, nearIsSource: Bool) -> [PacketMatch]
    {
        guard flows != .one else { return [match] }
        let make = { (transport: PacketMatch.Transport?, key: FlowShare.Key) in
            var drawn = match
            drawn.transport = transport
            drawn.flows = FlowShare(flows, seed: seed, key: key, isIPv6: isIPv6, nearIsSource: nearIsSource)
            return drawn
        }
        guard let transport = match.transport else {
            return [
                make(.tcp, .ports), make(.udp, .ports), make(nil, .fragments), make(nil, .portless),
            ]
        }
        return [make(transport, .fragments), make(transport, transport.hasPorts ? .ports : .portless)]
    }
}

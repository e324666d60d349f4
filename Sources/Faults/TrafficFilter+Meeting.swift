import Packetfilter

extension TrafficFilter {
    /// Whether a packet may be meant by both, as far as the filters alone can tell. A packet between a port of one and a port
    /// of the other is not looked for: it belongs to the fault that was there first.
    func mayMeet(_ other: TrafficFilter) -> Bool {
        Self.overlap(peers, other.peers) { $0.overlaps($1) }
            && Self.overlap(ports, other.ports) { $0.overlaps($1) }
            && (transport == nil || other.transport == nil || transport == other.transport)
            && (user == nil || other.user == nil || user == other.user)
            && (cgroup == nil || other.cgroup == nil || Self.nest(cgroup ?? "", other.cgroup ?? ""))
    }

    /// Empty is everything.
    private static func overlap<Part>(_ one: [Part], _ other: [Part], _ meet: (Part, Part) -> Bool) -> Bool {
        one.isEmpty || other.isEmpty || one.contains { part in other.contains { meet(part, $0) } }
    }

    /// Whether one cgroup is the other or contains it.
    private static func nest(_ one: String, _ other: String) -> Bool {
        let parts = [one, other].map { $0.split(separator: "/") }
        return parts[0].starts(with: parts[1]) || parts[1].starts(with: parts[0])
    }
}

extension AddressPrefix {
    fileprivate func overlaps(_ other: AddressPrefix) -> Bool {
        guard isIPv6 == other.isIPv6 else { return false }
        return zip(zip(bytes, mask), zip(other.bytes, other.mask)).allSatisfy {
            ($0.0.0 ^ $0.1.0) & $0.0.1 & $0.1.1 == 0
        }
    }
}

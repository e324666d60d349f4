import AgentProtocol

/// Addresses of a run's hosts by their names, where no name server knows them; IPv4 first, as the coordinator gives them.
struct HostNames {
    private let addresses: [String: [String]]

    init(_ peers: [Faultline_Agent_V1_Peer]) {
        addresses = Dictionary(grouping: peers, by: \.name).mapValues { $0.map(\.address) }
    }

    /// The name's address, NAME.ip6's IPv6 address; what is no host's name stays as it is.
    func address(of name: String) -> String {
        if let first = addresses[name]?.first { return first }
        guard name.hasSuffix(".ip6") else { return name }
        return addresses[String(name.dropLast(4))]?.first { $0.contains(":") } ?? name
    }
}

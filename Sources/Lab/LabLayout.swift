import Measures

/// Names and addresses of a lab, before anything exists: a pure function of its id and its hosts.
///
///     namespace ID           bridge lab ── eth0 of every host    10.77.0.0/24 and fd77::/64, what faults act on
///     (the switch)           bridge mgmt ── mgmt of every host   10.78.0.0/24, clocks; faults never see it
///
/// Nothing is added to the machine's own network namespace, so nothing of it can be left there.
package struct LabLayout: Sendable, Equatable, Codable {
    package struct Host: Sendable, Equatable, Codable {
        package let name: String
        package let namespace: String
        /// IPv4 on the lab's bridge and on the management bridge.
        package let address: String
        package let management: String
        /// IPv6 on the lab's bridge; nil: this kernel has no IPv6.
        package let address6: String?
        /// The bridges' ends of the two veth pairs.
        package let labPort: String
        package let managementPort: String

        package var addresses: [String] { [address] + (address6.map { [$0] } ?? []) }
    }

    package let id: String
    /// The namespace of the two bridges.
    package let switchNamespace: String
    package let hosts: [Host]

    package static let prefix = "faultline-"
    package static let interface = "eth0"
    package static let managementInterface = "mgmt"
    package static let labBridge = "lab"
    package static let managementBridge = "mgmt"
    package static let referenceAddress = "10.78.0.1"
    package static let prefixLength = 24
    package static let prefixLength6 = 64
    /// Where the reference clock answers: the namespace is ours alone, so a plan can name it.
    package static let referencePort: UInt16 = 7707
    /// Where hosts answer one another's clock probes on the management link, and latency probes on the lab's.
    package static let clockPort: UInt16 = 7708
    package static let pathPort: UInt16 = 7709
    /// One /24, less the reserved low addresses.
    package static let mostHosts = 200

    /// `hasIPv6`: of this kernel.
    package init(id: String, hosts: [String], hasIPv6: Bool) {
        self.id = id
        self.switchNamespace = Self.prefix + id
        self.hosts = hosts.prefix(Self.mostHosts).enumerated().map { index, name in
            Host(
                name: name,
                // A dot cannot be part of an id or of a host's name, so one lab's names never begin another's.
                namespace: "\(Self.prefix)\(id).\(name)",
                address: "10.77.0.\(index + 11)",
                management: "10.78.0.\(index + 11)",
                address6: hasIPv6 ? "fd77::\(String(index + 11, radix: 16))" : nil,
                labPort: "l\(index + 1)",
                managementPort: "m\(index + 1)"
            )
        }
    }

    /// What /etc/hosts says inside every host: a name is its IPv4 address, and with ".ip6" behind it the other one. Both
    /// under one name would send every client to IPv6 first, and servers that listen on IPv4 alone would not be found.
    package var hostsFile: String {
        "127.0.0.1 localhost\n::1 localhost\n"
            + hosts.map { host in
                "\(host.address) \(host.name)\n" + (host.address6.map { "\($0) \(host.name).ip6\n" } ?? "")
            }.joined()
    }

    /// By host's name: what faults on its packets must name, IPv4 first.
    package var addresses: [String: [String]] {
        Dictionary(hosts.map { ($0.name, $0.addresses) }) { first, _ in first }
    }

    /// Names come from the hosts file alone; a query to this resolver is refused at once, instead of leaving the lab.
    package static let resolvFile = "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"

    /// Whether a namespace of this name is part of the lab.
    package func owns(namespace: String) -> Bool {
        Self.id(ofNamespace: namespace) == id
    }

    /// The lab that a namespace belongs to; nil: not one of ours.
    package static func id(ofNamespace name: String) -> String? {
        guard name.hasPrefix(prefix) else { return nil }
        return name.dropFirst(prefix.count).split(separator: ".", maxSplits: 1).first.map(String.init)
    }
}

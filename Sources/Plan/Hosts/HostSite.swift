/// A host that is there already, as an inventory describes it: where its agent answers, and by what selectors find it.
package struct HostSite: Sendable, Equatable {
    package let agent: AgentPlace
    /// On the network that faults act on, in the order of the file; never empty.
    package let addresses: [String]
    /// The interface that faults act on, as the host calls it.
    package let interface: String
    package let labels: [String: String]
    /// Sorted.
    package let groups: [String]
    /// What runs there already, by the name that faults use, and how it is found.
    package let services: [String: ProcessTargetPlan]

    package init(
        agent: AgentPlace,
        addresses: [String],
        interface: String,
        labels: [String: String],
        groups: [String],
        services: [String: ProcessTargetPlan]
    ) {
        self.agent = agent
        self.addresses = addresses
        self.interface = interface
        self.labels = labels
        self.groups = groups
        self.services = services
    }
}

/// Where a host's agent answers, as a file writes it.
package enum AgentPlace: Sendable, Hashable {
    /// A Unix socket, which lies on this machine.
    case unix(path: String)
    /// A name or an address, IPv6 without brackets.
    case tcp(host: String, port: UInt16)

    /// The port where a file names none.
    package static let usualPort: UInt16 = 7443

    /// nil: neither "unix:/path" nor "HOST:PORT", "HOST", "[IPv6]:PORT".
    package init?(_ text: String) {
        guard text.utf8.count <= 255, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { return nil }
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            // sun_path holds 108 bytes with its end.
            guard path.hasPrefix("/"), path.utf8.count < 108 else { return nil }
            self = .unix(path: path)
            return
        }
        guard !text.contains("/"), let address = try? AddressText("tcp://\(text)"), !address.host.isEmpty
        else { return nil }
        self = .tcp(host: address.host, port: address.port ?? Self.usualPort)
    }

    package var text: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}

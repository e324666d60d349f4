import ClockSync
import LinuxSystem
import Measures
package import Plan

extension HostEndpoint {
    /// Where hosts answer one another's clock and latency probes, as in a lab.
    private static let clockPort: UInt16 = 7708
    private static let pathPort: UInt16 = 7709

    /// A host of an inventory.
    package init(_ name: String, _ site: HostSite) {
        let address = site.addresses.first ?? ""
        self.init(
            name: name,
            agent: AgentAddress(site.agent),
            // IPv4 first: whoever takes one of them takes that.
            addresses: site.addresses.filter { !$0.contains(":") }
                + site.addresses.filter { $0.contains(":") },
            interface: site.interface,
            directory: "/",
            doors: Doors(
                clock: .init(address, port: Self.clockPort),
                path: .init(address, port: Self.pathPort)
            )
        )
    }
}

extension AgentAddress {
    package init(_ place: AgentPlace) {
        switch place {
        case .unix(let path): self = .unix(path: path)
        case .tcp(let host, let port): self = .tcp(host: host, port: port)
        }
    }
}

extension ReferenceClock {
    /// Where the clock of a run over an inventory listens, and what each host calls it: `address`, or the local address from
    /// which packets to the host leave. Errors: there is no way to a host.
    package static func onThisHost(
        for hosts: [(name: String, site: HostSite)],
        address: String?,
        port: UInt16,
        keys: inout some RandomNumberGenerator
    ) throws -> (clock: ReferenceClock, listening: String) {
        var addresses: [String: String] = [:]
        for (name, site) in hosts {
            addresses[name] = try address ?? LocalAddress.towards(Self.farEnd(of: site))
        }
        let clock = ReferenceClock(addresses: addresses, port: port, keys: &keys)
        return (clock, address ?? Self.any(of: addresses.values))
    }

    /// The same addresses as before, of a clock that was running.
    package var listening: String { Self.any(of: sessions.values.map(\.address)) }

    /// IPv6 sockets take IPv4 too.
    private static func any(of addresses: some Sequence<String>) -> String {
        let different = Set(addresses)
        guard different.count != 1 else { return different.first ?? "0.0.0.0" }
        return different.contains { $0.contains(":") } ? "::" : "0.0.0.0"
    }

    private static func farEnd(of site: HostSite) -> String {
        guard case .tcp(let host, _) = site.agent, (try? NetworkText(host)) != nil else {
            return site.addresses.first ?? ""
        }
        return host
    }
}

/// Where one host's agent answers, and what other hosts call the host. The only seam between a run and where its hosts
/// are: the lab makes them here, an inventory would on staging.
package struct HostEndpoint: Sendable, Equatable {
    package let name: String
    package let agent: AgentAddress
    /// On the network that faults act on, IPv4 first.
    package let addresses: [String]
    /// The interface that faults act on, as the host calls it.
    package let interface: String
    /// `{dir}`: where the host's services keep their files.
    package let directory: String
    /// Where the host answers other hosts' probes; nil: it has no address for that.
    package let doors: Doors?

    package struct Doors: Sendable, Equatable {
        /// Where faults do not reach: clock probes.
        package let clock: Door
        /// On the network that faults act on: latency probes.
        package let path: Door

        package init(clock: Door, path: Door) {
            self.clock = clock
            self.path = path
        }
    }

    package struct Door: Sendable, Equatable {
        package let address: String
        package let port: UInt16

        package init(_ address: String, port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    package init(
        name: String,
        agent: AgentAddress,
        addresses: [String],
        interface: String,
        directory: String,
        doors: Doors? = nil
    ) {
        self.name = name
        self.agent = agent
        self.addresses = addresses
        self.interface = interface
        self.directory = directory
        self.doors = doors
    }
}

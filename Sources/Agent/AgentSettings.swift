package import Keys
package import Plan
package import Telemetry

/// What an agent is told when it starts.
package struct AgentSettings: Sendable {
    /// The host's name in experiments.
    package let host: String
    /// Of the Unix socket.
    package let socketPath: String
    package let network: Network?
    package let stateFolder: String
    /// The interface that packet faults act on where a coordinator names none; empty: it must.
    package let interface: String
    /// nil: no audit log.
    package let audit: AgentFile.Audit?
    /// This program's own file, from which the guardian is started.
    package let executable: String
    /// Is told what happens here; nil: nobody asks.
    package let meter: SharedMeter?

    /// Where it answers over TCP, and with which key.
    package struct Network: Sendable {
        /// An IP address, and a port; 0: any that is free.
        package let address: HostPort
        /// The folder of an agent's key.
        package let keys: String
        package var limits = CallerLimits()

        package init(address: HostPort, keys: String) {
            self.address = address
            self.keys = keys
        }
    }

    package init(
        host: String,
        socketPath: String,
        network: Network? = nil,
        stateFolder: String,
        interface: String = "",
        audit: AgentFile.Audit? = nil,
        executable: String,
        meter: SharedMeter? = nil
    ) {
        self.host = host
        self.socketPath = socketPath
        self.network = network
        self.stateFolder = stateFolder
        self.interface = interface
        self.audit = audit
        self.executable = executable
        self.meter = meter
    }
}

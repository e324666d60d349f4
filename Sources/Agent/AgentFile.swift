import LinuxSystem
import Measures
package import Plan

extension Subject {
    package static let agent = Subject(
        area: "agent",
        word: "agent file",
        noun: "an agent file",
        beginning: "faultline-agent: 1, host, …"
    )
}

/// An agent's configuration file: how it is installed on its host. What a coordinator may do there is the policy's.
package struct AgentFile: Sendable, Equatable {
    package let host: String
    package let socket: String?
    package let tcp: HostPort?
    package let keys: String?
    package let state: String?
    package let policy: String?
    package let interface: String?
    package let audit: Audit?
    /// Where /metrics is served: "9100" (the loopback only) or an address and a port.
    package let metrics: String?
    /// The URL of an OpenTelemetry collector.
    package let otlp: String?

    /// Where the audit log goes, and how much of it is kept.
    package struct Audit: Sendable, Equatable {
        package let file: String
        /// Bytes of one file.
        package let size: Int
        package let files: Int

        package init(file: String, size: Int = 10_000_000, files: Int = 8) {
            self.file = file
            self.size = size
            self.files = files
        }
    }

    /// Throws every problem of the file at once. `fileName` is for messages.
    package init(bytes: some Sequence<UInt8>, fileName: String) throws(PlanError) {
        let text = try FileReading.text(of: bytes, fileName: fileName, subject: .agent)
        self = try FileReading.value(of: text, fileName: fileName, subject: .agent) { reader, root in
            reader.agent(root)
        }
    }

    init(
        host: String,
        socket: String?,
        tcp: HostPort?,
        keys: String?,
        state: String?,
        policy: String?,
        interface: String?,
        audit: Audit?,
        metrics: String? = nil,
        otlp: String? = nil
    ) {
        self.host = host
        self.socket = socket
        self.tcp = tcp
        self.keys = keys
        self.state = state
        self.policy = policy
        self.interface = interface
        self.audit = audit
        self.metrics = metrics
        self.otlp = otlp
    }
}

extension HostPort {
    /// "0.0.0.0:7443", "[::]:7443": an IP address to listen on; nil: none.
    package init?(listening text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard AddressBytes(String(host))?.bytes.count == (isBracketed ? 16 : 4) else { return nil }
        self.init(host: String(host), port: port)
    }
}

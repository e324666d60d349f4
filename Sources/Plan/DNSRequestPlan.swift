/// One question to one name server.
package struct DNSRequestPlan: Sendable, Equatable, Codable {
    package enum Transport: String, Sendable, Equatable, Codable, CaseIterable {
        case udp
        case tcp
    }

    /// Record types by their numbers (IANA, DNS parameters).
    package enum RecordType: UInt16, Sendable, Equatable, Codable, CaseIterable {
        case a = 1
        case ns = 2
        case cname = 5
        case soa = 6
        case ptr = 12
        case mx = 15
        case txt = 16
        case aaaa = 28
        case srv = 33
        case ds = 43
        case dnskey = 48
        case svcb = 64
        case https = 65
        case any = 255
        case caa = 257

        /// "AAAA".
        package var text: String { "\(self)".uppercased() }
    }

    package let server: HostPort
    /// "example.org", without the dot at its end; "." is the root.
    package let name: String
    package let type: RecordType
    package let over: Transport
    /// From the actual send; beyond it the question, or its answer, counts as lost.
    package let timeout: Duration

    package init(
        server: HostPort,
        name: String,
        type: RecordType,
        over: Transport,
        timeout: Duration
    ) {
        self.server = server
        self.name = name
        self.type = type
        self.over = over
        self.timeout = timeout
    }
}

/// How a load's connections are secured.
package struct TLSPlan: Sendable, Equatable, Codable {
    package let trust: Trust
    /// What the certificate must name, and the server is told (RFC 6066, section 3); nil: the host of the address.
    package let serverName: String?

    package init(trust: Trust, serverName: String?) {
        self.trust = trust
        self.serverName = serverName
    }

    /// Which certificates are believed.
    package enum Trust: Sendable, Equatable, Codable {
        /// Those that the sending host trusts.
        case system
        /// Those signed by the authorities in this PEM file of the sending host.
        case file(String)
        /// Any: whoever answers is measured.
        case anyone
    }
}

package struct HTTPRequestPlan: Sendable, Equatable, Codable {
    package enum Version: String, Sendable, Equatable, Codable, CaseIterable {
        case one = "1.1"
        /// With prior knowledge: no upgrade from HTTP/1.1 is tried (RFC 9113, section 3.3).
        case two = "2"
    }

    package let method: String
    package let address: HTTPAddress
    package let headers: [HTTPField]
    package let body: String
    /// From the actual send; beyond it the outcome is unknown.
    package let timeout: Duration
    /// There where the address is secured.
    package let tls: TLSPlan?
    package let version: Version
    /// Of HTTP/2: requests under way on one connection, at most.
    package let streams: Int

    package init(
        method: String,
        address: HTTPAddress,
        headers: [HTTPField],
        body: String,
        timeout: Duration,
        tls: TLSPlan? = nil,
        version: Version = .one,
        streams: Int = 1
    ) {
        self.method = method
        self.address = address
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.tls = tls
        self.version = version
        self.streams = streams
    }
}

package struct HTTPField: Sendable, Equatable, Codable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

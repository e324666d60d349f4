package struct HTTPRequestPlan: Sendable, Equatable, Codable {
    package let method: String
    package let address: HTTPAddress
    package let headers: [HTTPField]
    package let body: String
    /// From the actual send; beyond it the outcome is unknown.
    package let timeout: Duration
    /// There where the address is secured.
    package let tls: TLSPlan?

    package init(
        method: String,
        address: HTTPAddress,
        headers: [HTTPField],
        body: String,
        timeout: Duration,
        tls: TLSPlan? = nil
    ) {
        self.method = method
        self.address = address
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.tls = tls
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

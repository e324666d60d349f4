/// What a load asks for, in the protocol's own words.
package enum RequestPlan: Sendable, Equatable, Codable {
    case http(HTTPRequestPlan)

    /// The host that is asked, by name or address.
    package var host: String {
        switch self {
        case .http(let http): http.address.host
        }
    }

    package var port: UInt16 {
        switch self {
        case .http(let http): http.address.port
        }
    }

    /// From the actual send; beyond it the outcome is unknown.
    package var timeout: Duration {
        switch self {
        case .http(let http): http.timeout
        }
    }

    /// nil: connections are not secured.
    package var tls: TLSPlan? {
        switch self {
        case .http(let http): http.tls
        }
    }

    /// In a line, for people: "GET http://lb/".
    package var text: String {
        switch self {
        case .http(let http): "\(http.method) \(http.address.text)"
        }
    }
}

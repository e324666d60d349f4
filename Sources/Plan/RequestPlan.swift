/// What a load asks for, in the protocol's own words.
package enum RequestPlan: Sendable, Equatable, Codable {
    case http(HTTPRequestPlan)
    case redis(RedisRequestPlan)
    case postgres(PostgresRequestPlan)

    /// The host that is asked, by name or address.
    package var host: String {
        switch self {
        case .http(let http): http.address.host
        case .redis(let redis): redis.server.host
        case .postgres(let postgres): postgres.server.host
        }
    }

    package var port: UInt16 {
        switch self {
        case .http(let http): http.address.port
        case .redis(let redis): redis.server.port
        case .postgres(let postgres): postgres.server.port
        }
    }

    /// From the actual send; beyond it the outcome is unknown.
    package var timeout: Duration {
        switch self {
        case .http(let http): http.timeout
        case .redis(let redis): redis.timeout
        case .postgres(let postgres): postgres.timeout
        }
    }

    /// nil: connections are not secured.
    package var tls: TLSPlan? {
        switch self {
        case .http(let http): http.tls
        case .redis(let redis): redis.tls
        case .postgres: nil
        }
    }

    /// In a line, for people: "GET http://lb/".
    package var text: String {
        switch self {
        case .http(let http): "\(http.method) \(http.address.text)"
        case .redis(let redis): redis.text
        case .postgres(let postgres): postgres.text
        }
    }
}

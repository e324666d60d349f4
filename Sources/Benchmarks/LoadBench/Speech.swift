import Measures
import Plan

/// What a benchmark's generator speaks.
enum Speech: String {
    case http
    /// Whoever answers is believed, as by wrk.
    case https
    case http2
    case redis
    /// SELECT 1, prepared.
    case postgres

    /// - Parameter underWay: requests that a connection carries at once.
    func request(_ port: UInt16, underWay: Int) -> RequestPlan {
        switch self {
        case .http, .https, .http2:
            .http(
                HTTPRequestPlan(
                    method: "GET",
                    address: HTTPAddress(host: "127.0.0.1", port: port, path: "/", isSecure: self == .https),
                    headers: [],
                    body: "",
                    timeout: .seconds(5),
                    tls: self == .https ? TLSPlan(trust: .anyone, serverName: nil) : nil,
                    version: self == .http2 ? .two : .one,
                    streams: underWay
                )
            )
        case .redis:
            .redis(
                RedisRequestPlan(
                    server: ServerAddress(host: "127.0.0.1", port: port),
                    command: [Array("GET".utf8), Array("x".utf8)],
                    pipeline: underWay,
                    timeout: .seconds(5)
                )
            )
        case .postgres:
            .postgres(
                PostgresRequestPlan(
                    server: ServerAddress(host: "127.0.0.1", port: port, user: "postgres"),
                    database: "postgres",
                    query: "SELECT 1",
                    isPrepared: true,
                    timeout: .seconds(5)
                )
            )
        }
    }
}

import Measures
import Plan

/// What a benchmark's generator speaks.
enum Speech: String {
    case http
    case http2
    case redis

    /// - Parameter underWay: requests that a connection carries at once.
    func request(_ port: UInt16, underWay: Int) -> RequestPlan {
        switch self {
        case .http, .http2:
            .http(
                HTTPRequestPlan(
                    method: "GET",
                    address: HTTPAddress(host: "127.0.0.1", port: port, path: "/"),
                    headers: [],
                    body: "",
                    timeout: .seconds(5),
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
        }
    }
}

/// What a load asks for, in the protocol's own words.
package enum RequestPlan: Sendable, Equatable, Codable {
    case http(HTTPRequestPlan)
    case redis(RedisRequestPlan)
    case postgres(PostgresRequestPlan)
    case grpc(GRPCRequestPlan)
    case tcp(TCPRequestPlan)
    case udp(EchoRequestPlan)
    case dns(DNSRequestPlan)
    case icmp(EchoRequestPlan)

    /// The host that is asked, by name or address.
    package var host: String {
        switch self {
        case .http(let http): http.address.host
        case .redis(let redis): redis.server.host
        case .postgres(let postgres): postgres.server.host
        case .grpc(let grpc): grpc.target.host
        case .tcp(let tcp): tcp.target.host
        case .udp(let echo), .icmp(let echo): echo.target.host
        case .dns(let dns): dns.server.host
        }
    }

    /// 0 where the protocol has none.
    package var port: UInt16 {
        switch self {
        case .http(let http): http.address.port
        case .redis(let redis): redis.server.port
        case .postgres(let postgres): postgres.server.port
        case .grpc(let grpc): grpc.target.port
        case .tcp(let tcp): tcp.target.port
        case .udp(let echo), .icmp(let echo): echo.target.port
        case .dns(let dns): dns.server.port
        }
    }

    /// From the actual send; beyond it the outcome is unknown.
    package var timeout: Duration {
        switch self {
        case .http(let http): http.timeout
        case .redis(let redis): redis.timeout
        case .postgres(let postgres): postgres.timeout
        case .grpc(let grpc): grpc.timeout
        case .tcp(let tcp): tcp.timeout
        case .udp(let echo), .icmp(let echo): echo.timeout
        case .dns(let dns): dns.timeout
        }
    }

    /// Requests under way on one connection, at most.
    package var mostUnderWay: Int {
        switch self {
        case .http(let http): http.streams
        case .redis(let redis): redis.pipeline
        case .grpc(let grpc): grpc.streams
        case .postgres, .tcp, .udp, .dns, .icmp: 1
        }
    }

    /// nil: connections are not secured.
    package var tls: TLSPlan? {
        switch self {
        case .http(let http): http.tls
        case .redis(let redis): redis.tls
        case .postgres(let postgres): postgres.tls
        case .grpc(let grpc): grpc.tls
        case .tcp, .udp, .dns, .icmp: nil
        }
    }

    /// In a line, for people: "GET http://lb/".
    package var text: String {
        switch self {
        case .http(let http):
            "\(http.method) \(http.address.text)\(http.version == .two ? " (HTTP/2)" : "")"
                + (http.streams == 1 ? "" : ", \(http.streams) streams")
        case .grpc(let grpc): grpc.text
        case .tcp(let tcp): "\(tcp.expect == .nothing ? "connect" : "exchange") tcp://\(tcp.target.text)"
        case .udp(let echo): "echo udp://\(echo.target.text)"
        case .icmp(let echo): "echo icmp://\(echo.target.host)"
        case .dns(let dns):
            "\(dns.type.text) \(dns.name) of dns://\(dns.server.text) over \(dns.over.rawValue)"
        case .redis(let redis): redis.text
        case .postgres(let postgres): postgres.text
        }
    }
}

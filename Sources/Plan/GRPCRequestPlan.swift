/// A unary call, or the question of the standard health service.
package struct GRPCRequestPlan: Sendable, Equatable, Codable {
    package enum Call: Sendable, Equatable, Codable {
        /// `path` is "/package.Service/Method"; the message is in protobuf's encoding, or whatever the service takes.
        case unary(path: String, message: [UInt8])
        /// grpc.health.v1.Health/Check of this service; "" is the server as a whole.
        case health(service: String)
    }

    package let target: HostPort
    package let call: Call
    package let metadata: [HTTPField]
    /// Calls under way on one connection, at most.
    package let streams: Int
    /// nil: connections are not secured.
    package let tls: TLSPlan?
    /// From the actual send; beyond it the outcome is unknown.
    package let timeout: Duration

    package init(
        target: HostPort,
        call: Call,
        metadata: [HTTPField],
        streams: Int = 1,
        tls: TLSPlan? = nil,
        timeout: Duration
    ) {
        self.target = target
        self.call = call
        self.metadata = metadata
        self.streams = streams
        self.tls = tls
        self.timeout = timeout
    }

    var text: String {
        let what =
            switch call {
            case .unary(let path, _): "gRPC \(target.text)\(path)"
            case .health(let service): "gRPC health of \(target.text)\(service.isEmpty ? "" : "/\(service)")"
            }
        return what + (tls == nil ? "" : " over TLS") + (streams == 1 ? "" : ", \(streams) streams")
    }
}

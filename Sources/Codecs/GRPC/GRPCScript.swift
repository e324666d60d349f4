package import Plan

/// Unary calls as HTTP/2 requests (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
extension HTTP2Script {
    package init(
        _ plan: GRPCRequestPlan,
        good: GoodCriterion = .usual,
        data: [DataRows] = [],
        seed: UInt64 = 0
    ) throws(CodecError) {
        let path: String
        let message: [UInt8]
        let meaning: Meaning
        switch plan.call {
        case .unary(let method, let bytes): (path, message, meaning) = (method, bytes, .grpc)
        case .health(let service):
            path = "/grpc.health.v1.Health/Check"
            message = Self.healthRequest(service)
            meaning = .health
        }
        let fields =
            [
                Field(":method", "POST"), Field(":scheme", plan.tls == nil ? "http" : "https"),
                Field(":authority", plan.target.text),
                Field(":path", path), Field("te", "trailers"), Field("content-type", "application/grpc"),
                Field("user-agent", "faultline"),
            ] + plan.metadata.map { Field($0.name.lowercased(), $0.value) }
        try self.init(
            fields,
            body: message,
            meaning: meaning,
            // A question of health does no harm twice; of a call nobody knows.
            mayRepeat: meaning == .health,
            mostUnderWay: plan.streams,
            what: path,
            good: good,
            data: data,
            seed: seed
        )
    }

    /// HealthCheckRequest: `string service = 1`; an empty one is left out, as protobuf does.
    private static func healthRequest(_ service: String) -> [UInt8] {
        let name = Array(service.utf8)
        guard !name.isEmpty else { return [] }
        var bytes: [UInt8] = [0x0a]
        var length = name.count
        while length > 0x7f {
            bytes.append(UInt8(length & 0x7f) | 0x80)
            length >>= 7
        }
        return bytes + [UInt8(length)] + name
    }
}

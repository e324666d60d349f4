import Recording

/// What an answer over HTTP/2 says, gathered field by field and byte by byte.
struct HTTP2Answer {
    let meaning: HTTP2Script.Meaning
    /// A header of it has come.
    var hasBegun = false
    /// 0: none was seen. Of several (103, then 200) the last.
    private var status: UInt16 = 0
    private var grpcStatus: UInt32?
    private var message = GRPCMessage()

    init(_ meaning: HTTP2Script.Meaning) {
        self.meaning = meaning
    }

    mutating func field(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        if name.elementsEqual(":status".utf8) {
            status = Self.number(value).flatMap(UInt16.init(exactly:)) ?? 0
        } else if meaning != .http, name.elementsEqual("grpc-status".utf8) {
            // What is no number is UNKNOWN, as for gRPC's own clients.
            grpcStatus = Self.number(value) ?? 2
        }
    }

    mutating func data(_ bytes: UnsafeRawBufferPointer) {
        if meaning != .http { message.feed(bytes) }
    }

    /// Of the whole answer.
    var outcome: Outcome {
        guard status >= 200 else { return .malformed }
        guard meaning != .http else { return .answered(status: status) }
        guard let grpcStatus else {
            // https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md
            return status == 200 ? .malformed : .error(AnswerError(.grpc, Self.grpcStatus(http: status)))
        }
        guard grpcStatus == 0 else { return .error(AnswerError(.grpc, grpcStatus)) }
        guard message.isOneWhole else { return .malformed }
        guard meaning == .health else { return .ok }
        guard !message.isCompressed, let serving = message.servingStatus else { return .malformed }
        // ServingStatus.SERVING
        return serving == 1 ? .ok : .error(AnswerError(.health, serving))
    }

    private static func grpcStatus(http: UInt16) -> UInt32 {
        switch http {
        case 400: 13
        case 401: 16
        case 403: 7
        case 404: 12
        case 429, 502, 503, 504: 14
        default: 2
        }
    }

    /// One to five decimal digits.
    private static func number(_ text: UnsafeRawBufferPointer) -> UInt32? {
        guard (1...5).contains(text.count) else { return nil }
        var number: UInt32 = 0
        for byte in text {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            number = number * 10 + UInt32(byte - UInt8(ascii: "0"))
        }
        return number
    }
}

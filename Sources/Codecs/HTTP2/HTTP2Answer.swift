import Recording

/// What an answer over HTTP/2 says, gathered field by field and byte by byte.
struct HTTP2Answer {
    private let meaning: HTTP2Script.Meaning
    private let checkedStatuses: ClosedRange<UInt16>
    /// A header of it has come.
    private(set) var hasBegun = false
    /// 0: none was seen. Of several (103, then 200) the last.
    private var status: UInt16 = 0
    private var isTrailer = false
    private var grpcStatus: UInt32?
    private var message = GRPCMessage()
    private var examination: AnswerExamination

    init(_ script: HTTP2Script) {
        meaning = script.meaning
        checkedStatuses = script.checkedStatuses
        examination = AnswerExamination(script.checks)
    }

    /// Of the next request.
    mutating func begin() {
        hasBegun = false
        (status, isTrailer, grpcStatus) = (0, false, nil)
        message = GRPCMessage()
        examination.begin()
    }

    mutating func beginHeaders() {
        hasBegun = true
        isTrailer = status >= 200
    }

    mutating func field(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        if name.elementsEqual(":status".utf8) {
            status = Self.number(value).flatMap(UInt16.init(exactly:)) ?? 0
            // An interim answer is over: what it said is not what was asked for.
            examination.begin()
            return
        }
        if meaning != .http, name.elementsEqual("grpc-status".utf8) {
            // What is no number is UNKNOWN, as for gRPC's own clients.
            grpcStatus = Self.number(value) ?? 2
        }
        // gRPC's metadata stand before the message and behind it; HTTP's trailers are no headers.
        if meaning != .http || !isTrailer { examination.content.addField(name, value) }
    }

    mutating func data(_ bytes: UnsafeRawBufferPointer) {
        if meaning == .http {
            examination.content.addBody(bytes)
        } else {
            message.feed(bytes, into: &examination.content)
        }
    }

    /// Of the whole answer.
    mutating func outcome() -> Outcome {
        guard status >= 200 else { return .malformed }
        guard meaning != .http else {
            let outcome = Outcome.answered(status: status)
            return checkedStatuses.contains(status) ? examination.outcome(outcome) : outcome
        }
        guard let grpcStatus else {
            // https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md
            return status == 200
                ? .malformed : examination.outcome(code: Self.grpcStatus(http: status), of: .grpc)
        }
        guard grpcStatus == 0 else { return examination.outcome(code: grpcStatus, of: .grpc) }
        guard message.isOneWhole else { return .malformed }
        // Nobody said that it may be compressed, so nobody here can read it.
        if message.isCompressed, meaning == .health || examination.readsBody { return .malformed }
        guard meaning == .health else { return examination.outcome(code: 0, of: .grpc) }
        guard let serving = message.servingStatus else { return .malformed }
        // ServingStatus.SERVING
        return serving == 1
            ? examination.outcome(code: 0, of: .grpc) : .error(AnswerError(.health, serving))
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

import Measures

/// Frames of HTTP/2 (RFC 9113, section 4.1) that are wrong in some way, from a seed: noise under a frame's head, calls whose
/// message is noise, and calls in which some bytes are others.
struct FrameNonsense {
    /// What a client says first (RFC 9113, section 3.4), with settings that are empty.
    static let preface =
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(type: 4, flags: 0, stream: 0, [])

    private static let methods = [
        "Describe", "Admit", "StartService", "OpenRun", "Watch", "Begin", "Renew", "CloseRun", "Acknowledge",
        "Status", "MeasureClock", "Halt",
    ]
    private var random: SeededGenerator
    /// Clients' streams have odd numbers that grow.
    private var stream: UInt32 = 1

    init(seed: UInt64, connection: Int) {
        random = SeededGenerator(seed: seed, stream: "connection \(connection)")
    }

    /// A call whose message says that it is so long, and of which three bytes come.
    static func lie(length: UInt32) -> [UInt8] {
        preface + frame(type: 1, flags: 4, stream: 1, head(of: "Begin"))
            + frame(type: 0, flags: 0, stream: 1, [0] + bytes(length) + [1, 2, 3])
    }

    /// Many frames that are right, each of which asks for an answer.
    static func pings(_ count: Int) -> [UInt8] {
        preface + (0..<count).flatMap { _ in frame(type: 6, flags: 0, stream: 0, [1, 2, 3, 4, 5, 6, 7, 8]) }
    }

    static func settings(_ count: Int) -> [UInt8] {
        preface + (0..<count).flatMap { _ in frame(type: 4, flags: 0, stream: 0, []) }
    }

    /// Many calls with an empty message, whole.
    static func calls(of method: String, _ count: Int) -> [UInt8] {
        preface
            + (0..<count).flatMap { number in
                let stream = UInt32(2 * number + 1)
                return frame(type: 1, flags: 4, stream: stream, head(of: method))
                    + frame(type: 0, flags: 1, stream: stream, [0, 0, 0, 0, 0])
            }
    }

    /// Frames that HTTP/2 itself may not take. What comes after the first of them is not read.
    mutating func frames() -> [UInt8] { (0..<4).reduce([]) { bytes, _ in bytes + noise() } }

    /// Calls with messages of noise, then a call of which some bytes are others, or frames as above.
    mutating func calls() -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...3, using: &random) { bytes += call() }
        guard Bool.random(using: &random) else { return bytes + frames() }
        var call = call()
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            call[Int.random(in: call.indices, using: &random)] = .random(in: 0...255, using: &random)
        }
        return bytes + call
    }

    /// Mostly of types that there are, on streams that may be open, with a length that may be a lie.
    private mutating func noise() -> [UInt8] {
        let payload = (0..<Int.random(in: 0...40, using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
        }
        var frame = Self.frame(
            type: .random(in: 0...11, using: &random),
            flags: .random(in: 0...255, using: &random),
            stream: Bool.random(using: &random)
                ? .random(in: 0...max(1, stream), using: &random) : UInt32(truncatingIfNeeded: random.next()),
            payload
        )
        if Int.random(in: 0..<20, using: &random) == 0 { frame[2] = .random(in: 0...255, using: &random) }
        return frame
    }

    /// A whole call as far as HTTP/2 and gRPC go, whose message is noise.
    private mutating func call() -> [UInt8] {
        let method = Self.methods[Int.random(in: Self.methods.indices, using: &random)]
        // Its first byte is of a wire type that there is not (protobuf's encoding has 0 to 5): nothing of it can be obeyed.
        let message =
            [0xFF]
            + (0..<Int.random(in: 0...60, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
        defer { stream += 2 }
        let length = UInt32(message.count)
        return Self.frame(type: 1, flags: 4, stream: stream, Self.head(of: method))
            + Self.frame(type: 0, flags: 1, stream: stream, [0] + Self.bytes(length) + message)
    }

    /// HPACK (RFC 7541): indexed where the static table has it whole, else literal and not indexed.
    private static func head(of method: String) -> [UInt8] {
        let path = Array("/faultline.agent.v1.Agent/\(method)".utf8)
        let kind = Array("application/grpc".utf8)
        let head: [UInt8] = [0x83, 0x86, 0x04, UInt8(path.count)] + path
        return head + [0x01, 1, UInt8(ascii: "x"), 0x0F, 0x10, UInt8(kind.count)] + kind
            + [0x00, 2] + Array("te".utf8) + [8] + Array("trailers".utf8)
    }

    private static func frame(type: UInt8, flags: UInt8, stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
        bytes(UInt32(payload.count)).dropFirst() + [type, flags] + bytes(stream) + payload
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}

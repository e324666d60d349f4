/// A frame of HTTP/2 (RFC 9113, section 4.1), as a test's own server writes and reads it.
package struct HTTP2Frame: Sendable, Equatable {
    package enum Kind: UInt8, Sendable {
        case data = 0
        case headers = 1
        case reset = 3
        case settings = 4
        case ping = 6
        case goAway = 7
        case window = 8
    }

    package static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    package static let refused: UInt32 = 7
    package static let cancel: UInt32 = 8

    package let type: UInt8
    package let flags: UInt8
    package let stream: UInt32
    package let payload: [UInt8]

    package init(_ kind: Kind, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) {
        self.init(type: kind.rawValue, flags: flags, stream: stream, payload)
    }

    private init(type: UInt8, flags: UInt8, stream: UInt32, _ payload: [UInt8]) {
        self.type = type
        self.flags = flags
        self.stream = stream
        self.payload = payload
    }

    package var kind: Kind? { Kind(rawValue: type) }
    /// Of DATA and HEADERS: END_STREAM. Of SETTINGS and PING: ACK.
    package var isLast: Bool { flags & 1 != 0 }

    /// Of the 32 bits at the payload's end, such as RST_STREAM's code.
    package var code: UInt32 { payload.suffix(4).reduce(0) { $0 << 8 | UInt32($1) } }

    package var bytes: [UInt8] {
        let length = UInt32(payload.count)
        return [UInt8(length >> 16 & 0xff), UInt8(length >> 8 & 0xff), UInt8(length & 0xff), type, flags]
            + Self.big(stream) + payload
    }

    /// - Parameter most: streams at once; nil: nothing is said of it.
    package static func settings(most: UInt32? = nil) -> HTTP2Frame {
        HTTP2Frame(.settings, most.map { [0, 3] + big($0) } ?? [])
    }

    /// An answer's head with this status, its name and value as text.
    package static func headers(_ stream: UInt32, status: String = "200", ends: Bool = true) -> HTTP2Frame {
        HTTP2Frame(
            .headers,
            flags: ends ? 5 : 4,
            stream: stream,
            [0x08, UInt8(status.utf8.count)] + Array(status.utf8)
        )
    }

    package static func data(_ stream: UInt32, _ text: String, ends: Bool = true) -> HTTP2Frame {
        HTTP2Frame(.data, flags: ends ? 1 : 0, stream: stream, Array(text.utf8))
    }

    package static func reset(_ stream: UInt32, _ code: UInt32) -> HTTP2Frame {
        HTTP2Frame(.reset, stream: stream, big(code))
    }

    package static func goAway(last: UInt32) -> HTTP2Frame { HTTP2Frame(.goAway, big(last) + big(0)) }

    private static func big(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) }
    }

    /// Whether they begin with a whole frame.
    private static func isWhole(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 9 && bytes.count >= 9 + bytes[..<3].reduce(0) { $0 << 8 | Int($1) }
    }

    /// The first one, taken away; nil: it is not whole.
    package static func take(from bytes: inout [UInt8]) -> HTTP2Frame? {
        guard isWhole(bytes) else { return nil }
        let length = bytes[..<3].reduce(0) { $0 << 8 | Int($1) }
        defer { bytes.removeFirst(9 + length) }
        return HTTP2Frame(
            type: bytes[3],
            flags: bytes[4],
            stream: bytes[5..<9].reduce(0) { $0 << 8 | UInt32($1) } & 0x7fff_ffff,
            Array(bytes[9..<9 + length])
        )
    }

    /// Behind the client's preface.
    package static func all(in bytes: [UInt8]) -> [HTTP2Frame] {
        var rest = bytes
        if rest.starts(with: preface) { rest.removeFirst(preface.count) }
        var frames: [HTTP2Frame] = []
        while let frame = take(from: &rest) { frames.append(frame) }
        return frames
    }
}

/// One reply of Redis taken apart: what a client that asks one thing after the other wants to know of it.
package enum RedisReply: Sendable, Equatable {
    /// A nil.
    case nothing
    /// Its text: "READONLY You can't write against a read only replica."
    case error(String)
    /// Of a string or a number one, of a list each of its elements.
    case texts([String])

    /// Finds a reply in bytes that come in pieces of any size.
    package struct Reader {
        package enum Progress: Equatable {
            case incomplete
            case whole(RedisReply)
            /// No RESP2, longer than `mostBytes`, or more than what was asked for.
            case malformed
        }

        package static let mostBytes = 1 << 28

        private var scanner = ReplyScanner(speaksRESP3: false)
        private var bytes: [UInt8] = []

        package init() {}

        package mutating func feed(_ more: [UInt8]) -> Progress {
            guard bytes.count + more.count <= Self.mostBytes else { return .malformed }
            bytes += more
            var position = 0
            let progress = more.withUnsafeBytes { scanner.feed($0, from: &position) }
            switch progress {
            case .incomplete: return .incomplete
            case .push, .malformed: return .malformed
            case .reply(let isError):
                defer { self = Reader() }
                return position == more.count ? .whole(RedisReply(bytes, isError: isError)) : .malformed
            }
        }
    }

    private init(_ bytes: [UInt8], isError: Bool) {
        self = bytes.withUnsafeBytes { bytes in
            var values = ReplyValues(bytes)
            var texts: [String] = []
            while let text = values.next() {
                texts.append(String(decoding: UnsafeRawBufferPointer(rebasing: bytes[text]), as: UTF8.self))
            }
            if isError { return .error(texts.first ?? "") }
            return values.isNothing ? .nothing : .texts(texts)
        }
    }
}

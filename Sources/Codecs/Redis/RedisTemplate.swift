package import Plan

/// A command whose words differ from number to number, compiled once.
package struct RedisTemplate: Sendable, Equatable {
    private let values: TemplateValues
    /// "*3", with its line end.
    private let head: [UInt8]
    private let words: [RequestTemplate]

    private static let lineEnd: [UInt8] = [0x0d, 0x0a]

    /// nil: it is the same each time. Throws when a template is none.
    package init?(_ command: [[UInt8]], data: [DataRows], seed: UInt64) throws(CodecError) {
        let source = TemplateSource(data: data)
        var texts: [TextTemplate] = []
        for word in command { texts.append(try source.read(word)) }
        // A word with {{{{ is another one than it looks like.
        guard !zip(texts, command).allSatisfy({ $0.pieces == [.bytes($1)] || $1.isEmpty }) else { return nil }
        values = TemplateValues(seed: seed, data: data)
        head = Array("*\(command.count)\r\n".utf8)
        words = texts.enumerated().map { RequestTemplate($1, purpose: UInt64($0) << 32) }
    }

    /// Each word with its own length (RESP specification, "Sending commands to a Redis server").
    func write(_ number: UInt64, into output: inout OutputBytes) {
        output.append(head)
        for word in words {
            output.append(UInt8(ascii: "$"))
            output.append(decimal: UInt64(word.count(number, values)))
            output.append(Self.lineEnd)
            word.write(number, values, into: &output)
            output.append(Self.lineEnd)
        }
    }
}

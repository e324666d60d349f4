import Codecs
import Foundation
import Measures
import Recording
import Testing

/// Leads a conversation as the engine does, without a socket.
final class Talk<C: Conversation> {
    var conversation: C
    private var output = OutputBytes()

    init(_ script: C.Script) {
        conversation = C(script)
    }

    /// What was to be sent since the last call.
    var sent: [UInt8] {
        defer { output.clear() }
        return Array(output.bytes)
    }

    func begin() -> Opening { conversation.begin(into: &output) }

    func ask(_ number: UInt64 = 0) -> Codecs.Progress { conversation.ask(number, into: &output) }

    /// All that the bytes brought about, in order, cut at these places; nothing after a failure or the connection's end.
    func feed(_ bytes: [UInt8], cuts: [Int] = []) -> [Codecs.Progress] {
        var all: [Codecs.Progress] = []
        let ends = cuts.filter { $0 > 0 && $0 < bytes.count } + [bytes.count]
        var start = 0
        for end in ends {
            let piece = Array(bytes[start..<end])
            start = end
            var position = 0
            while position < piece.count {
                let before = position
                let progress = piece.withUnsafeBytes {
                    conversation.feed($0, from: &position, into: &output)
                }
                if position == before {
                    Issue.record("no byte was used")
                    return all
                }
                switch progress {
                case .incomplete: continue
                case .failed, .unprocessed, .complete(_, reusable: false): return all + [progress]
                case .ready, .complete: all.append(progress)
                }
            }
        }
        return all
    }
}

/// Bytes of a real server, from Cases: a line each, "name|…|hexadecimal digits".
struct RecordedBytes: Sendable, CustomTestStringConvertible {
    let name: String
    /// Between the name and the bytes.
    let fields: [[UInt8]]
    var testDescription: String { name }

    static let redis = read("redis")
    static let postgres = read("postgres")

    private static func read(_ file: String) -> [RecordedBytes] {
        let url = Bundle.module.url(forResource: "Cases/\(file)", withExtension: "txt")
        let text = url.flatMap { try? String(contentsOf: $0, encoding: .utf8) } ?? ""
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let parts = line.split(separator: "|")
            return RecordedBytes(name: String(parts[0]), fields: parts.dropFirst().map { bytes($0) })
        }
    }

    static func named(_ name: String, in all: [RecordedBytes]) throws -> [[UInt8]] {
        try #require(all.first { $0.name == name }).fields
    }

    private static func bytes(_ digits: Substring) -> [UInt8] {
        let values = digits.compactMap(\.hexDigitValue)
        return stride(from: 0, to: values.count - 1, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
    }
}

/// One to three bytes of them changed, left out, doubled or put in between.
func damaged(_ bytes: [UInt8], _ hints: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &random) {
        let index = Int.random(in: 0..<max(1, bytes.count), using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0 where !bytes.isEmpty: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1 where !bytes.isEmpty: bytes.remove(at: index)
        case 2: bytes.insert(hints.randomElement(using: &random) ?? 0, at: index)
        case 3 where !bytes.isEmpty: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        default: bytes.append(contentsOf: bytes.prefix(index))
        }
    }
    return bytes
}

/// Places at which to cut so many bytes, in pieces of 1 to 40.
func drawnCuts(_ count: Int, _ random: inout SeededGenerator) -> [Int] {
    var cuts: [Int] = []
    var place = 0
    while place < count {
        place += Int.random(in: 1...40, using: &random)
        cuts.append(place)
    }
    return cuts
}

/// Without what a cut may change: whether bytes behind the end of an answer are known of yet.
func outcomes(_ progress: [Codecs.Progress]) -> [String] {
    progress.map { progress in
        switch progress {
        case .complete(let outcome, _): "complete \(outcome.label)"
        case .failed(let outcome): "failed \(outcome.label)"
        default: "\(progress)"
        }
    }
}

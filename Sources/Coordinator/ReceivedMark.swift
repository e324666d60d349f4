import Foundation

/// A line of recording/received.jsonl: up to here the recording holds what an agent told. A coordinator that is started
/// again cuts the files to the last mark, and asks each agent for what follows its number: nothing is counted twice.
struct ReceivedMark: Codable, Equatable {
    /// nil: the coordinator's own event.
    var host: String?
    var number: UInt64?
    /// Of the files that grew, by their names, bytes.
    var lengths: [String: UInt64]
    /// Lines of latency.hlog that wait for those of other senders, and the load they are of.
    var load: String?
    var lines: String?
}

/// All marks of a recording.
struct ReceivedMarks: Equatable {
    private(set) var numbers: [String: UInt64] = [:]
    private(set) var lengths: [String: UInt64] = [:]
    /// In their order.
    private(set) var waiting: [ReceivedMark] = []
    /// Bytes of whole lines: a torn one at the end is none.
    private(set) var length: UInt64 = 0

    init(_ data: Data) {
        let decoder = JSONDecoder()
        var rest = data[...]
        while let end = rest.firstIndex(of: 0x0a) {
            guard let mark = try? decoder.decode(ReceivedMark.self, from: rest[..<end]) else { return }
            length += UInt64(end - rest.startIndex + 1)
            rest = rest[(end + 1)...]
            if let host = mark.host, let number = mark.number {
                numbers[host] = max(numbers[host] ?? 0, number)
            }
            for (name, bytes) in mark.lengths { lengths[name] = max(lengths[name] ?? 0, bytes) }
            if mark.lines != nil { waiting.append(mark) }
        }
    }

    func length(of name: String) -> UInt64 { lengths[name] ?? 0 }
}

import Codecs
import Testing

/// Leads a conversation that carries several requests, as the engine does, without a socket.
final class SharedTalk<C: Conversation> {
    /// What the bytes brought about, and of which request.
    struct Told: Equatable {
        let progress: Progress
        /// In the order of asking, from 0; nil where it is of none.
        let request: Int?
    }

    private(set) var conversation: C
    private var output = OutputBytes()
    private var places: [Int: Int] = [:]
    private var asked = 0
    private(set) var isOver = false

    init(_ script: C.Script) {
        conversation = C(script)
    }

    /// What was to be sent since the last call.
    func takeSent() -> [UInt8] {
        defer { output.clear() }
        return Array(output.bytes)
    }

    func begin() -> Opening { conversation.begin(into: &output) }

    /// False: there is no room.
    func ask() -> Bool {
        guard conversation.room > 0 else { return false }
        let progress = conversation.ask(UInt64(asked), into: &output)
        guard progress == .incomplete else { return false }
        let place = conversation.place
        #expect(places[place] == nil, "place \(place) is taken by \(places[place] ?? -1)")
        places[place] = asked
        asked += 1
        return true
    }

    func giveUp(_ request: Int) -> Bool {
        guard let place = places.first(where: { $0.value == request })?.key else { return false }
        let isGone = conversation.giveUp(place, into: &output)
        if isGone { places[place] = nil }
        return isGone
    }

    /// Those whose answers have begun.
    func begun() -> [Int] {
        var all: [Int] = []
        while let place = conversation.nextBegun() {
            if let request = places[place] { all.append(request) }
        }
        return all
    }

    func feed(_ bytes: [UInt8]) -> [Told] {
        var all: [Told] = []
        var position = 0
        repeat {
            let progress = bytes.withUnsafeBytes { conversation.feed($0, from: &position, into: &output) }
            switch progress {
            case .incomplete: continue
            case .ready: all.append(Told(progress: progress, request: nil))
            case .complete, .unprocessed:
                all.append(Told(progress: progress, request: places.removeValue(forKey: conversation.place)))
            case .failed:
                isOver = true
                return all + [Told(progress: progress, request: nil)]
            }
        } while position < bytes.count || conversation.hasUnread
        return all
    }

    /// Fed in pieces that end at these places.
    func feed(_ bytes: [UInt8], cuts: [Int]) -> [Told] {
        var all: [Told] = []
        var start = 0
        for end in cuts.sorted().filter({ $0 > 0 && $0 < bytes.count }) + [bytes.count] where !isOver {
            all += feed(Array(bytes[start..<end]))
            start = end
        }
        return all
    }
}

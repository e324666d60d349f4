import Recording

/// Redis with several commands under way on a connection. Answers come in the order of the commands, so one that is late
/// keeps those behind it waiting, and one that nobody waits for any more keeps its place.
///
/// More answers than commands are told apart only while none is under way; otherwise they are taken for the next ones, as by
/// any client.
package struct PipelinedRedisConversation: Conversation {
    private var inner: RedisConversation
    private let most: Int
    private var asked: UInt64 = 0
    private var answered: UInt64 = 0
    private var begun: UInt64 = 0
    package private(set) var place = 0

    package init(_ script: RedisScript) {
        inner = RedisConversation(script)
        most = script.mostUnderWay
    }

    package static var isShared: Bool { true }
    package var hasBegun: Bool { inner.hasBegun }
    package var complaint: String? { inner.complaint }
    package var room: Int { most - Int(asked - answered) }

    package mutating func begin(into output: inout OutputBytes) -> Opening { inner.begin(into: &output) }

    package mutating func ask(_ number: UInt64, into output: inout OutputBytes) -> Progress {
        place = place(of: asked)
        asked += 1
        return inner.ask(number, into: &output)
    }

    package mutating func feed(
        _ bytes: UnsafeRawBufferPointer,
        from position: inout Int,
        into output: inout OutputBytes
    ) -> Progress {
        let progress = inner.feed(bytes, from: &position, into: &output)
        if case .complete = progress {
            place = place(of: answered)
            answered += 1
        }
        return progress
    }

    package mutating func end() -> Progress { inner.end() }

    package mutating func nextBegun() -> Int? {
        guard inner.hasBegun, begun <= answered, answered < asked else { return nil }
        begun = answered + 1
        return place(of: answered)
    }

    /// Commands take places in turn, and leave them in the same order.
    private func place(of command: UInt64) -> Int { Int(command % UInt64(most)) }
}

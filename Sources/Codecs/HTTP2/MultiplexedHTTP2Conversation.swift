import Recording

/// HTTP/2 with prior knowledge and several requests under way on a connection (RFC 9113), also as gRPC's carrier.
///
/// The connection is ready when the peer's SETTINGS have come: from then on no more streams are open at once than it
/// allows, also when it changes its mind. A request that is given up is cancelled (RST_STREAM), and the others go on.
package struct MultiplexedHTTP2Conversation: Conversation {
    private let script: HTTP2Script
    private var session: HTTP2Session?
    private var isReady = false
    package private(set) var place = 0
    package private(set) var complaint: String?

    package init(_ script: HTTP2Script) {
        self.script = script
    }

    package static var isShared: Bool { true }
    package var hasBegun: Bool { session?[place].answer.hasBegun ?? false }
    package var room: Int { isReady ? session?.room ?? 0 : 0 }

    /// Requests that have ended and were not told, or the end of a connection that carries none.
    package var hasUnread: Bool {
        guard isReady, let session else { return false }
        return session.hasEnded || isSpent(session)
    }

    package mutating func begin(into output: inout OutputBytes) -> Opening {
        session = HTTP2Session(script, places: script.mostUnderWay)
        session?.drain(into: &output)
        return .waiting
    }

    package mutating func ask(_ number: UInt64, into output: inout OutputBytes) -> Progress {
        guard let session, let place = session.ask(number) else { return .failed(.notConnected) }
        self.place = place
        session.drain(into: &output)
        return .incomplete
    }

    package mutating func feed(
        _ bytes: UnsafeRawBufferPointer,
        from position: inout Int,
        into output: inout OutputBytes
    ) -> Progress {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
        position = bytes.count
        let isUnderstood = rest.isEmpty || session?.feed(rest) == true
        session?.drain(into: &output)
        guard let session, isUnderstood else { return isReady ? .failed(.malformed) : noHTTP2() }
        guard isReady else { return opening(session) }
        guard let ended = session.nextEnded() else {
            // Not the peer's fault, and nobody's request: the engine closes it.
            if isSpent(session) { return .failed(.reset) }
            return session.isOver ? .failed(.malformed) : .incomplete
        }
        place = ended
        let progress = session.progress(ended, reusable: session.takesRequests)
        session.release(ended)
        session.drain(into: &output)
        return progress
    }

    package mutating func end() -> Progress { .incomplete }

    package mutating func nextBegun() -> Int? { session?.nextBegun() }

    package mutating func giveUp(_ place: Int, into output: inout OutputBytes) -> Bool {
        guard let session else { return false }
        session.release(place)
        session.drain(into: &output)
        return true
    }

    private mutating func opening(_ session: HTTP2Session) -> Progress {
        guard !session.isOver else { return noHTTP2() }
        guard session.hasSettings else { return .incomplete }
        guard session.takesRequests else {
            complaint = "the server ends HTTP/2 connections as soon as they begin (GOAWAY)"
            return .failed(.notConnected)
        }
        isReady = true
        return .ready
    }

    /// Nothing was asked yet, so nothing is malformed that was an answer.
    private mutating func noHTTP2() -> Progress {
        complaint = "what answers does not begin as HTTP/2 does"
        return .failed(.notConnected)
    }

    /// It carries nothing and takes nothing (GOAWAY).
    private func isSpent(_ session: HTTP2Session) -> Bool { session.used == 0 && !session.takesRequests }
}

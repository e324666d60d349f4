import Recording

/// HTTP/2 with prior knowledge and one request in flight on a connection (RFC 9113), also as gRPC's carrier. Requests go
/// out without waiting for the server's settings, as section 3.4 allows.
///
/// Where the peer says with the last bytes of an answer that the connection ends (GOAWAY), that answer is the one that
/// says so; in a later turn, the connection fails while idle: nothing is lost by either.
package struct HTTP2Conversation: Conversation {
    private let script: HTTP2Script
    private var session: HTTP2Session?
    private var isAsked = false

    package init(_ script: HTTP2Script) {
        self.script = script
    }

    package var hasBegun: Bool { session?[0].answer.hasBegun ?? false }

    package mutating func begin(into output: inout OutputBytes) -> Opening {
        session = HTTP2Session(script)
        isAsked = false
        session?.drain(into: &output)
        return .ready
    }

    package mutating func ask(_ number: UInt64, into output: inout OutputBytes) -> Progress {
        guard let session, session.ask(number) != nil else { return .failed(.notConnected) }
        isAsked = true
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
        guard let session, session.feed(rest) else { return .failed(.malformed) }
        session.drain(into: &output)
        return progress(session)
    }

    package mutating func end() -> Progress { .incomplete }

    private mutating func progress(_ session: HTTP2Session) -> Progress {
        guard isAsked else {
            // Not the peer's fault, and nobody's request: the engine closes it.
            return session.takesRequests ? .incomplete : .failed(.reset)
        }
        guard let place = session.nextEnded() else {
            return session.isOver ? .failed(.malformed) : .incomplete
        }
        isAsked = false
        defer { session.release(place) }
        return session.progress(place, reusable: session.takesRequests && session[place].isClosed)
    }
}

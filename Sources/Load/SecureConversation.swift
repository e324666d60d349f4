import Codecs
import Recording
import TLS

/// Any conversation, inside TLS: bytes in, bytes out as every other, so the engine knows nothing of it. It lives beside the
/// engine because generic code is made for its concrete types only within one module.
struct SecureConversation<Inner: Conversation>: Conversation {
    private let script: SecureScript<Inner.Script>
    private var inner: Inner
    /// nil before the handshake, and when there was no memory.
    private var session: TLSSession?
    private(set) var isSecured = false
    /// Further records of the peer may be at hand, unopened.
    private(set) var hasUnread = false
    private var ownComplaint: String?

    init(_ script: SecureScript<Inner.Script>) {
        self.script = script
        inner = Inner(script.inner)
    }

    var hasBegun: Bool { inner.hasBegun }
    var complaint: String? { ownComplaint ?? inner.complaint }
    static var isShared: Bool { Inner.isShared }
    var room: Int { inner.room }
    var place: Int { inner.place }
    mutating func nextBegun() -> Int? { inner.nextBegun() }

    mutating func giveUp(_ place: Int, into output: inout OutputBytes) -> Bool {
        guard let session else { return false }
        let isGone = inner.giveUp(place, into: &session.clear)
        guard session.seal() else { return false }
        session.drain(into: &output)
        return isGone
    }

    mutating func begin(into output: inout OutputBytes) -> Opening {
        if let request = script.inner.securityRequest {
            output.append(request.bytes)
        } else {
            shakeHands(into: &output)
        }
        return .waiting
    }

    private mutating func shakeHands(into output: inout OutputBytes) {
        session = TLSSession(script.context)
        _ = session?.shakeHands()
        session?.drain(into: &output)
    }

    mutating func ask(_ number: UInt64, into output: inout OutputBytes) -> Progress {
        guard let session else { return .failed(.notSecured) }
        let progress = inner.ask(number, into: &session.clear)
        // Sealed with what else is asked before `flush`.
        if Inner.isShared { return progress }
        guard session.seal() else { return .failed(.reset) }
        session.drain(into: &output)
        return progress
    }

    mutating func flush(into output: inout OutputBytes) -> Bool {
        guard let session, inner.flush(into: &session.clear), session.seal() else { return false }
        session.drain(into: &output)
        return true
    }

    mutating func feed(
        _ bytes: UnsafeRawBufferPointer,
        from position: inout Int,
        into output: inout OutputBytes
    ) -> Progress {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
        position = bytes.count
        guard let session else { return hear(rest, into: &output) }
        session.take(rest)
        defer { session.drain(into: &output) }
        hasUnread = false
        if !isSecured {
            switch session.shakeHands() {
            case .underWay: return .incomplete
            case .failed(let complaint):
                ownComplaint = complaint
                return .failed(.notSecured)
            case .done:
                isSecured = true
                let opening = inner.begin(into: &session.clear)
                guard session.seal() else { return .failed(.notSecured) }
                if opening == .ready {
                    hasUnread = true
                    return .ready
                }
            }
        }
        return advance(session)
    }

    /// The answer to what was asked in the clear. The inner conversation says nothing before the handshake is done.
    private mutating func hear(_ answer: UnsafeRawBufferPointer, into output: inout OutputBytes) -> Progress {
        switch script.inner.securityRequest?.meaning(of: answer) {
        case .agreed:
            shakeHands(into: &output)
            return session == nil ? .failed(.notSecured) : .incomplete
        case .refused(let complaint):
            ownComplaint = complaint
            return .failed(.notSecured)
        case nil: return .failed(.notSecured)
        }
    }

    /// Gives the inner conversation what can be opened, until it has something to say.
    private mutating func advance(_ session: TLSSession) -> Progress {
        while true {
            if inner.hasUnread {
                var used = 0
                let progress = inner.feed(
                    UnsafeRawBufferPointer(start: nil, count: 0),
                    from: &used,
                    into: &session.clear
                )
                guard session.seal() else { return .failed(.reset) }
                if progress != .incomplete {
                    hasUnread = true
                    return progress
                }
            }
            switch session.open() {
            case .nothing: return .incomplete
            case .ended: return .incomplete
            case .broken: return .failed(.malformed)
            case .bytes(let clear):
                var used = 0
                let progress = inner.feed(clear, from: &used, into: &session.clear)
                session.use(used)
                guard session.seal() else { return .failed(.reset) }
                if progress != .incomplete {
                    hasUnread = true
                    return progress
                }
                // The law of `feed`: all is used while incomplete. Without it this would not end.
                guard used == clear.count else { return .failed(.malformed) }
            }
        }
    }

    /// An end without the peer's word for it may be anybody's: then no answer that ends by closing is whole.
    mutating func end() -> Progress {
        session?.hasEnded == true ? inner.end() : .incomplete
    }
}

struct SecureScript<Inner: ConversationScript>: ConversationScript {
    let inner: Inner
    let context: TLSContext

    var mayRepeat: Bool { inner.mayRepeat }
    var needsFreshConnection: Bool { inner.needsFreshConnection }
    var mostUnderWay: Int { inner.mostUnderWay }
}

package import Recording

/// One protocol on one connection, as bytes: no socket, no clock. The engine carries the bytes, keeps the times and the
/// time-outs; what a request looks like, where its answer ends and what it means is here and nowhere else.
///
/// The engine calls in this order: `begin` once a connection is open; `feed` until `ready`, where `begin` was `.waiting`;
/// then `ask` and `feed` until `complete`, one request after the other; `end` when the peer closed. Where connections are
/// shared, `ask` as long as there is `room`, and `feed`, which tells by `place` which request it is about.
///
/// Laws: the same bytes give the same progress however they are cut; nothing traps, whatever comes; nothing is allocated
/// per request once a connection is warm; memory per connection is bounded, whatever the peer sends.
package protocol Conversation {
    /// What all connections of a load have in common: the request, credentials, data for templates. Made once.
    associatedtype Script: ConversationScript

    init(_ script: Script)

    /// The first bytes on a new connection: a preface, a greeting, a log-in; nothing for protocols without.
    mutating func begin(into output: inout OutputBytes) -> Opening

    /// The request with this number, from 0 in the order of the load's due times. The same number is the same request, so
    /// that a repetition repeats. `incomplete` for all protocols with an answer; those without are complete at once, and the
    /// connection not reusable.
    mutating func ask(_ number: UInt64, into output: inout OutputBytes) -> Progress

    /// Bytes from the peer, from `position` on. Moves `position` behind what was used: all of it while `incomplete`. What
    /// the protocol wants said in between (an authentication, a window, a pong) is appended to the output.
    mutating func feed(
        _ bytes: UnsafeRawBufferPointer,
        from position: inout Int,
        into output: inout OutputBytes
    ) -> Progress

    /// The peer closed its side. `incomplete`: what was asked has no whole answer.
    mutating func end() -> Progress

    /// Whether any byte of the answer to the last request has come.
    var hasBegun: Bool { get }

    /// Whether it holds bytes that `feed` was given and has not used: then it is to be called again, without new ones.
    var hasUnread: Bool { get }

    /// TLS is agreed upon; false for ever where there is none.
    var isSecured: Bool { get }

    /// Why the peer is of no use, after `failed`, in words for people.
    var complaint: String? { get }

    /// Whether a connection carries several requests at once. Of the type, so that what carries one has no code for more.
    /// All that follows is asked of shared ones only.
    static var isShared: Bool { get }

    /// How many further requests it takes now.
    var room: Int { get }

    /// Which request the last `ask` made, or the last `complete` or `unprocessed` is about: at least 0, less than the script's
    /// `mostUnderWay`. A place is taken by one request at a time.
    var place: Int { get }

    /// All that was asked is to be in the output from now on; until then it may be kept back. False: the connection is of no
    /// use, and what was kept back was not sent.
    mutating func flush(into output: inout OutputBytes) -> Bool

    /// A request whose answer has begun since the last call, and has not ended; nil: no further one.
    mutating func nextBegun() -> Int?

    /// Nobody waits any more for the answer to the request at this place. True: nor does the peer write one, and the place
    /// is free. False: the answer may still come, stands before those of later requests, and is told as any other.
    mutating func giveUp(_ place: Int, into output: inout OutputBytes) -> Bool
}

extension Conversation {
    package var hasUnread: Bool { false }
    package var isSecured: Bool { false }
    package var complaint: String? { nil }
    package static var isShared: Bool { false }
    package var room: Int { 0 }
    package var place: Int { 0 }
    package mutating func flush(into output: inout OutputBytes) -> Bool { true }
    package mutating func nextBegun() -> Int? { nil }
    package mutating func giveUp(_ place: Int, into output: inout OutputBytes) -> Bool { false }
}

package protocol ConversationScript: Sendable {
    /// Whether a request may be sent again, on a fresh connection, when a reused one was closed before any byte of an
    /// answer: true where it does no harm to be done twice (RFC 9110, 9.2.2).
    var mayRepeat: Bool { get }
    var carrier: Carrier { get }
    /// Each request gets a connection that was opened for it. The conversation calls none reusable.
    var needsFreshConnection: Bool { get }
    /// Requests that a connection carries at once, at most; above 1 only where it is shared.
    var mostUnderWay: Int { get }
    /// What is said in the clear where connections are to be secured; nil: the handshake comes first.
    var securityRequest: SecurityRequest? { get }
}

extension ConversationScript {
    package var carrier: Carrier { .stream }
    package var needsFreshConnection: Bool { false }
    package var mostUnderWay: Int { 1 }
    package var securityRequest: SecurityRequest? { nil }
}

/// What carries a conversation's bytes.
package enum Carrier: Sendable {
    /// TCP.
    case stream
    /// UDP: what is written at once is a datagram, and `feed` gets one, whole. A lost one is nobody's failure but the
    /// request's, by its time-out.
    case datagram
    /// ICMP or ICMPv6, from the ICMP header on (RFC 792, RFC 4443); over IPv4 `feed` gets the IP header before it where the
    /// kernel gives it, and echo replies to others.
    case echo
}

/// Whether a new connection takes requests at once.
package enum Opening: Sendable, Equatable {
    case ready
    /// `feed` says `ready` when the peer has agreed.
    case waiting
}

package enum Progress: Sendable, Equatable {
    case incomplete
    /// The connection takes requests from now on.
    case ready
    /// The answer is whole. `reusable`: another request may follow on this connection. On a shared one that is not, those
    /// under way may still be answered.
    case complete(Outcome, reusable: Bool)
    /// The connection is of no use: the peer refused the log-in, or does not speak the protocol. Of every request under way
    /// this is the outcome.
    case failed(Outcome)
    /// The peer closes the connection, or a shared one's stream, and says that it never looked at the request, so it may be
    /// sent again, whatever it asks for (RFC 9113, section 8.7).
    case unprocessed
}

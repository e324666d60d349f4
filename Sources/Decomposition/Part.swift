// The words of this target: an exchange that was found in two captures is *split* into *parts*, one after the other from its
// intended start to its end; together the splits are the *decomposition* of a run's response times.

/// A stretch of an exchange, in the order in which they come. Definitions: t the generator's stamps, c and s the stamps of the
/// client's and of the server's capture, each of the first copy of the byte in question (a capture sees a leaving packet
/// behind its host's queues, and an arriving one ahead of all that the host does with it):
///
///     late send       intended          → first written                 t0, t1
///     client          first written     → captured, or `send` returned, whichever came first
///     client's queue  `send` returned   → captured                      t2, c1 of the request's last byte
///     network out     captured          → captured at the server        c1, s1
///     server          request captured  → answer captured               s1, s2 of the answer's first byte
///     network back    captured          → captured at the client        s2, c2
///     rest of answer  its first byte    → all of it captured            c2, c3; nothing for an answer in one packet
///     client again    captured          → the outcome was known         c3, t4
///
/// Each begins where the one before ended, so their sum is the response time to the nanosecond, whatever the clocks do.
package enum Part: Int, Sendable, CaseIterable {
    case lateSend
    case client
    case clientQueue
    case networkOut
    case server
    case networkBack
    case restOfAnswer
    case clientAgain

    package var name: String {
        switch self {
        case .lateSend: "late send"
        case .client: "client"
        case .clientQueue: "client’s queue"
        case .networkOut: "network out"
        case .server: "server"
        case .networkBack: "network back"
        case .restOfAnswer: "rest of answer"
        case .clientAgain: "client again"
        }
    }
}

/// Why an exchange was not split.
package enum Unsplit: String, Error, CaseIterable {
    case unanswered = "no whole answer"
    /// Which packet is whose is not told by the connection alone.
    case shared = "several requests under way on a connection"
    case unmarked = "the load’s host was not captured"
    case notAtClient = "not in the client’s capture"
    case notAtServer = "not in a server’s capture"
    case stepped = "the wall clock was stepped meanwhile"
    case noClock = "no reading of a host’s clock"
    case contradictory = "the captures contradict each other"
}

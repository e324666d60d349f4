/// How an exchange ended. Ok, fail and unknown follow from it: see `certainty`.
package enum Outcome: Sendable, Equatable, Hashable {
    /// A whole answer with this HTTP status.
    case answered(status: UInt16)
    /// A whole answer of a protocol without statuses, and not an error.
    case ok
    /// A whole answer that says in the protocol's own terms what went wrong.
    case error(AnswerError)
    /// A whole answer that is not what was to be answered: a check of its content failed.
    case wrongAnswer
    /// Nothing listens there.
    case refused
    /// No route, or the connection could not be opened in time: the request was never sent.
    case notConnected
    /// The connection was opened and TLS was not agreed upon, or the certificate is not trusted: never sent.
    case notSecured
    /// The connection was opened and the log-in refused: never sent.
    case notAdmitted
    /// The connection was reset before the answer was whole: the request may have taken effect.
    case reset
    /// The peer closed in order, before the answer was whole: the request may have taken effect.
    case cutOff
    /// No whole answer within the time-out: the request may have taken effect.
    case timedOut
    /// Bytes that are no answer of the protocol.
    case malformed
    /// Due, and never sent: no connection was free within the time-out, or the run ended first.
    case dropped

    /// What is known of the request's effect.
    package var certainty: Certainty {
        switch self {
        case .answered, .ok, .error, .wrongAnswer: .answered
        case .refused, .notConnected, .notSecured, .notAdmitted, .dropped: .failed
        case .reset, .cutOff, .timedOut, .malformed: .unknown
        }
    }

    /// Short and stable: "status 503", "refused", "timed out".
    package var label: String {
        switch self {
        case .answered(let status): "status \(status)"
        case .ok: "ok"
        case .error(let error): error.label
        case .wrongAnswer: "wrong answer"
        case .refused: "refused"
        case .notConnected: "not connected"
        case .notSecured: "TLS failed"
        case .notAdmitted: "log-in refused"
        case .reset: "reset"
        case .cutOff: "cut off"
        case .timedOut: "timed out"
        case .malformed: "malformed"
        case .dropped: "never sent"
        }
    }
}

package enum Certainty: String, Sendable, Codable, CaseIterable {
    case answered
    case failed
    case unknown
}

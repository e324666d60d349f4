package import Measures

/// One request of a load, as the generator saw it. All instants are on the run's axis.
package struct Exchange: Sendable, Equatable {
    /// When the schedule wanted it sent: response time counts from here.
    package var intended: Instant
    /// When the first byte was handed to the kernel; equals `intended` when it never was.
    package var sent: Instant
    /// First byte of the answer; equals `done` when none came.
    package var firstByte: Instant
    /// When the outcome was known.
    package var done: Instant
    package var outcome: Outcome
    /// What finds its packets in a capture; nil where none is made.
    package var onWire: OnWire?

    package init(
        intended: Instant,
        sent: Instant,
        firstByte: Instant,
        done: Instant,
        outcome: Outcome,
        onWire: OnWire? = nil
    ) {
        self.intended = intended
        self.sent = sent
        self.firstByte = firstByte
        self.done = done
        self.outcome = outcome
        self.onWire = onWire
    }

    /// Of the request's last (and nearly always only) sending.
    package struct OnWire: Sendable, Equatable {
        /// When the kernel had taken the request's last byte: `send` had returned.
        package var written: Instant
        /// The connection's own end.
        package var port: UInt16

        package init(written: Instant, port: UInt16) {
            self.written = written
            self.port = port
        }
    }

    /// What a user feels.
    package var responseTime: Duration { done - intended }
    /// What the server needed, the path included.
    package var serviceTime: Duration { done - sent }
    /// The generator's own error.
    package var sendLateness: Duration { sent - intended }
}

/// How an exchange ended. Ok, fail and unknown follow from it: see `certainty`.
package enum Outcome: Sendable, Equatable, Hashable {
    /// A whole answer with this HTTP status.
    case answered(status: UInt16)
    /// Nothing listens there.
    case refused
    /// No route, or the connection could not be opened in time: the request was never sent.
    case notConnected
    /// Closed or reset before the answer was whole: the request may have taken effect.
    case reset
    /// No whole answer within the time-out: the request may have taken effect.
    case timedOut
    /// Bytes that are no HTTP answer.
    case malformed
    /// Due, and never sent: no connection was free within the time-out, or the run ended first.
    case dropped

    /// What is known of the request's effect.
    package var certainty: Certainty {
        switch self {
        case .answered: .answered
        case .refused, .notConnected, .dropped: .failed
        case .reset, .timedOut, .malformed: .unknown
        }
    }

    /// Short and stable: "status 503", "refused", "timed out".
    package var label: String {
        switch self {
        case .answered(let status): "status \(status)"
        case .refused: "refused"
        case .notConnected: "not connected"
        case .reset: "reset"
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

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
    /// Of the connection that it was sent on, where it was the first; nil on a reused one, and where it was never sent.
    package var setUp: SetUp?

    package init(
        intended: Instant,
        sent: Instant,
        firstByte: Instant,
        done: Instant,
        outcome: Outcome,
        onWire: OnWire? = nil,
        setUp: SetUp? = nil
    ) {
        self.intended = intended
        self.sent = sent
        self.firstByte = firstByte
        self.done = done
        self.outcome = outcome
        self.onWire = onWire
        self.setUp = setUp
    }

    /// How long a connection took until it could carry a request. It may have been opened before this request was due.
    package struct SetUp: Sendable, Equatable {
        /// From `connect` to the peer's agreement.
        package var connect: Duration
        /// The TLS handshake; zero where there is none.
        package var secure: Duration
        /// The protocol's own beginning, such as a log-in; zero where there is none.
        package var admit: Duration

        package init(connect: Duration, secure: Duration, admit: Duration) {
            self.connect = connect
            self.secure = secure
            self.admit = admit
        }
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

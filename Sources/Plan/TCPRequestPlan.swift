/// A connection, and perhaps bytes over it.
package struct TCPRequestPlan: Sendable, Equatable, Codable {
    package enum Expectation: Sendable, Equatable, Codable {
        /// The connection alone.
        case nothing
        /// What was sent.
        case echo
        /// So many bytes, whatever they are.
        case count(Int)
        /// Bytes up to a line feed, that included.
        case line
        case bytes([UInt8])
    }

    package let target: HostPort
    /// Empty: nothing is sent, and each request opens a connection of its own.
    package let send: [UInt8]
    package let expect: Expectation
    /// From the due time for the connection, then from the send; beyond it the outcome is unknown.
    package let timeout: Duration

    package init(target: HostPort, send: [UInt8], expect: Expectation, timeout: Duration) {
        self.target = target
        self.send = send
        self.expect = expect
        self.timeout = timeout
    }
}

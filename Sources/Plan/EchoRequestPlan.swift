/// A datagram that comes back.
package struct EchoRequestPlan: Sendable, Equatable, Codable {
    package enum Payload: Sendable, Equatable, Codable {
        /// So many bytes of Faultline's own, each request's different.
        case numbered(size: Int)
        /// The same bytes each time, and what is to come back.
        case fixed([UInt8], Answer)
    }

    package enum Answer: String, Sendable, Equatable, Codable {
        /// The same bytes.
        case echo
        /// One datagram, whatever it holds.
        case any
    }

    /// Its port is 0 for ICMP, which has none.
    package let target: HostPort
    package let payload: Payload
    /// From the actual send; beyond it the datagram, or its answer, counts as lost.
    package let timeout: Duration

    package init(target: HostPort, payload: Payload, timeout: Duration) {
        self.target = target
        self.payload = payload
        self.timeout = timeout
    }
}

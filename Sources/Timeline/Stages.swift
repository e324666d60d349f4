import Measures
import Recording

/// How long each stage of a load's requests took, as the sending host saw it. Setting up a connection is counted once a
/// connection, with its first request; the others once a request that got a whole answer.
package struct Stages: Sendable {
    package enum Stage: String, Sendable, Codable, CaseIterable {
        /// From `connect` to the peer's agreement.
        case connect
        /// The TLS handshake.
        case secure
        /// The protocol's own beginning, such as a log-in.
        case admit
        /// From the send to the answer's first byte.
        case firstByte
        /// From the answer's first byte to its last.
        case body
    }

    private var tables: [Stage: LatencyTable] = [:]

    package init() {}

    /// Empty where nothing of it was seen.
    package subscript(stage: Stage) -> LatencyTable { tables[stage] ?? LatencyTable() }

    mutating func add(_ exchange: Exchange) {
        if let setUp = exchange.setUp {
            record(.connect, setUp.connect)
            // Zero means that there is no such stage: none of them takes no time.
            if setUp.secure > .zero { record(.secure, setUp.secure) }
            if setUp.admit > .zero { record(.admit, setUp.admit) }
        }
        guard exchange.outcome.certainty == .answered else { return }
        record(.firstByte, exchange.firstByte - exchange.sent)
        record(.body, exchange.done - exchange.firstByte)
    }

    private mutating func record(_ stage: Stage, _ duration: Duration) {
        tables[stage, default: LatencyTable()].record(duration)
    }
}

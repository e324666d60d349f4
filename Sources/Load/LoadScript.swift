import Codecs
import Measures
import Plan

/// A load's thread from its first arrival to its last outcome, whatever protocol it speaks. Not a protocol of engines: a
/// call through one would run the engine's generic code, many times slower than the one made for its protocol.
typealias LoadLoop = (Ending) -> Void

/// The bytes of a load's requests, made before anything is sent, and the engine that speaks their protocol.
enum LoadScript: Sendable {
    case http(HTTPScript)

    init(_ load: LoadPlan, seed: UInt64) throws(CodecError) {
        // Each load has its own stream of the seed.
        var generator = SeededGenerator(seed: seed, stream: "templates/\(load.name)")
        let own = generator.next()
        switch load.request {
        case .http(let plan):
            self = .http(
                try HTTPScript(plan, good: load.good, closes: load.reuse == 1, data: load.data, seed: own)
            )
        }
    }

    /// What is asked before the handshake where connections are secured.
    var securityQuestion: SecurityQuestion? {
        switch self {
        case .http: nil
        }
    }

    /// What is offered where connections are secured (RFC 7301).
    var protocols: [String] {
        switch self {
        case .http: ["http/1.1"]
        }
    }
}

/// Whether the peer is ready for TLS: bytes in the clear, and the one byte that says yes.
struct SecurityQuestion: Sendable, Equatable {
    let bytes: [UInt8]
    let agreement: UInt8
}

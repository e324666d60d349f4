import Codecs
import Measures
import Plan

/// A load's thread from its first arrival to its last outcome, whatever protocol it speaks. Not a protocol of engines: a
/// call through one would run the engine's generic code, many times slower than the one made for its protocol.
typealias LoadLoop = (Ending) -> Void

/// The bytes of a load's requests, made before anything is sent, and the engine that speaks their protocol.
enum LoadScript: Sendable {
    case http(HTTPScript)
    case redis(RedisScript)
    case postgres(PostgresScript)

    /// Throws too when a password is to be found in this process's environment and is not there.
    init(_ load: LoadPlan, seed: UInt64) throws(CodecError) {
        // Each load has its own stream of the seed.
        var generator = SeededGenerator(seed: seed, stream: "templates/\(load.name)")
        let own = generator.next()
        switch load.request {
        case .http(let plan):
            self = .http(
                try HTTPScript(plan, good: load.good, closes: load.reuse == 1, data: load.data, seed: own)
            )
        case .redis(let plan): self = .redis(RedisScript(plan, password: try plan.server.password()))
        case .postgres(let plan):
            self = .postgres(try PostgresScript(plan, password: try plan.server.password()))
        }
    }

    /// What is asked before the handshake where connections are secured.
    var securityQuestion: SecurityQuestion? {
        switch self {
        case .http, .redis, .postgres: nil
        }
    }

    /// What is offered where connections are secured (RFC 7301).
    var protocols: [String] {
        switch self {
        case .http: ["http/1.1"]
        case .redis, .postgres: []
        }
    }
}

/// Whether the peer is ready for TLS: bytes in the clear, and the one byte that says yes.
struct SecurityQuestion: Sendable, Equatable {
    let bytes: [UInt8]
    let agreement: UInt8
}

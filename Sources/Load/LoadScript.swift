import Codecs
import Plan

/// A load's thread from its first arrival to its last outcome, whatever protocol it speaks. Not a protocol of engines: a
/// call through one would run the engine's generic code, many times slower than the one made for its protocol.
typealias LoadLoop = (Ending) -> Void

/// The bytes of a load's requests, made before anything is sent, and the engine that speaks their protocol.
enum LoadScript: Sendable {
    case http(HTTPScript)

    init(_ plan: RequestPlan) throws(CodecError) {
        switch plan {
        case .http(let plan): self = .http(try HTTPScript(plan))
        }
    }
}

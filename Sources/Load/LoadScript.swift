import Codecs
import Plan

/// What an engine is, whatever protocol it speaks.
protocol LoadEngine: AnyObject {
    func run(_ ending: Ending)
}

/// The bytes of a load's requests, made before anything is sent, and the engine that speaks their protocol.
enum LoadScript: Sendable {
    case http(HTTPScript)
    case redis(RedisScript)
    case postgres(PostgresScript)

    /// Throws too when a password is to be found in this process's environment and is not there.
    init(_ plan: RequestPlan, good: GoodCriterion) throws(CodecError) {
        switch plan {
        case .http(let plan): self = .http(try HTTPScript(plan, good: good))
        case .redis(let plan): self = .redis(RedisScript(plan, password: try plan.server.password()))
        case .postgres(let plan):
            self = .postgres(try PostgresScript(plan, password: try plan.server.password()))
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

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
    case http2(HTTP2Script)
    case tcp(TCPScript)
    case echo(EchoScript)
    case dns(DNSScript)

    /// Throws too when a password is to be found in this process's environment and is not there.
    ///
    /// - Parameter token: tells this load's datagrams from those of others; drawn anew for each run.
    init(_ load: LoadPlan, isIPv6: Bool, seed: UInt64, token: UInt64) throws(CodecError) {
        // Each load has its own stream of the seed.
        var generator = SeededGenerator(seed: seed, stream: "templates/\(load.name)")
        let own = generator.next()
        let (checks, data) = (load.good.checks, load.data)
        switch load.request {
        case .http(let plan) where plan.version == .two:
            self = .http2(try HTTP2Script(plan, good: load.good, data: data, seed: own))
        case .http(let plan):
            self = .http(
                try HTTPScript(plan, good: load.good, closes: load.reuse == 1, data: data, seed: own)
            )
        case .redis(let plan):
            let template = try RedisTemplate(plan.command, data: data, seed: own)
            let password = try plan.server.password()
            self = .redis(RedisScript(plan, password: password, checks: checks, template: template))
        case .postgres(let plan):
            let password = try plan.server.password()
            self = .postgres(
                try PostgresScript(plan, password: password, checks: checks, data: data, seed: own)
            )
        case .grpc(let plan): self = .http2(try HTTP2Script(plan, good: load.good, data: data, seed: own))
        case .tcp(let plan):
            let template = try PayloadTemplate(plan.send, data: data, seed: own)
            self = .tcp(TCPScript(plan, checks: checks, template: template))
        case .udp(let plan):
            var template: PayloadTemplate?
            if case .fixed(let bytes, _) = plan.payload {
                template = try PayloadTemplate(bytes, data: data, seed: own)
            }
            self = .echo(EchoScript(udp: plan, token: token, checks: checks, template: template))
        case .dns(let plan):
            let template = try PayloadTemplate(Array(plan.name.utf8), data: data, seed: own)
            self = .dns(DNSScript(plan, checks: checks, template: template))
        case .icmp(let plan): self = .echo(EchoScript(icmp: plan, isIPv6: isIPv6, token: token))
        }
    }

    /// What is offered where connections are secured (RFC 7301).
    var protocols: [String] {
        switch self {
        case .http: ["http/1.1"]
        case .http2: ["h2"]
        case .redis, .postgres, .tcp, .echo, .dns: []
        }
    }

    /// Of them, the one that must be agreed upon: HTTP/2 is spoken inside TLS by ALPN only (RFC 9113, section 3.2).
    var neededProtocol: String? {
        if case .http2 = self { "h2" } else { nil }
    }
}

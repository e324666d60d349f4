import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Keys
import LinuxSystem
import Measures
import Plan
import Policy

/// The agent's door to the network: TCP, TLS 1.3 with both ends' keys, and a gatekeeper before every call.
struct NetworkDoor: Sendable {
    let server: GRPCServer<HTTP2ServerTransport.Posix>
    private let transport: HTTP2ServerTransport.Posix

    /// Errors: the key cannot be used, or is another host's; the policy obeys nobody; the address is none.
    init(
        _ network: AgentSettings.Network,
        host: String,
        service: AgentService,
        policy: Policy,
        largestRequest: Int,
        audit: AuditLog?,
        tell: @escaping @Sendable (String) -> Void
    ) throws {
        let credentials = try Credentials(folder: network.keys)
        guard credentials.identity.name == host || credentials.identity.role != .agent else {
            throw KeyError(
                "host",
                "\(network.keys) holds the key of \(credentials.identity.text), and this host is \(host); issue one by "
                    + "faultline keys issue \(host)"
            )
        }
        guard policy.coordinators != nil || policy.operators != nil else {
            throw KeyError(
                "nobody",
                "the agent would listen on \(network.address.text), and its policy names nobody whose key it obeys; add for "
                    + "example coordinators: [laptop] to \(policy.fileName ?? "a policy file, and give it by --policy")"
            )
        }
        let security = try ServerSecurity(credentials, limits: network.limits, tell: tell) { peer, reason in
            tell("\(peer) is refused: \(reason)")
            audit?.note(.connect, .refused, who: peer, detail: reason)
        }
        let gatekeeper = Gatekeeper(trust: security.trust, policy: policy) { who, peer, method, error in
            tell("\(who) is refused: \(error.message)")
            audit?.note(
                .call,
                .refused,
                who: who,
                from: peer,
                rules: (error as? PolicyRefused)?.refusals.map(\.rule),
                detail: "\(method): \(error.message)"
            )
        }
        transport = HTTP2ServerTransport.Posix(
            address: try Self.address(network),
            // The handler that the callback adds is the security: what gRPC would add itself takes TLS 1.2 too.
            transportSecurity: .plaintext,
            config: .defaults {
                $0.rpc.maxRequestPayloadSize = largestRequest
                $0.http2.maxConcurrentStreams = 100
                $0.connection.keepalive.time = .seconds(30)
                $0.channelDebuggingCallbacks.onAcceptTCPConnection = ReadLoopEnd.watched {
                    security.secure($0)
                }
            }
        )
        server = GRPCServer(
            transport: transport,
            services: [service],
            interceptors: [gatekeeper]
        )
    }

    /// Where it listens, when it does: "10.0.0.5:7443".
    var address: String {
        get async throws {
            let address = try await transport.listeningAddress
            if let six = address.ipv6 { return "[\(six.host)]:\(six.port)" }
            return address.ipv4.map { "\($0.host):\($0.port)" } ?? "an unknown address"
        }
    }

    private static func address(_ network: AgentSettings.Network) throws -> SocketAddress {
        let (host, port) = (network.address.host, Int(network.address.port))
        switch AddressBytes(host)?.bytes.count {
        case 4: return .ipv4(host: host, port: port)
        case 16: return .ipv6(host: host, port: port)
        default:
            throw KeyError(
                "address",
                "an agent listens on an IP address, such as 0.0.0.0:7443, and \(host) is none"
            )
        }
    }
}

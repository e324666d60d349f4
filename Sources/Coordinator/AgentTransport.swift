import GRPCNIOTransportHTTP2Posix
import Keys
import Measures

/// The way to one agent: a Unix socket, or TCP with both ends' keys. Over TCP never without.
struct AgentTransport {
    let posix: HTTP2ClientTransport.Posix
    /// nil: a Unix socket.
    let security: ClientSecurity?

    /// Errors: TCP without a key, or with one that is no coordinator's or has expired.
    init(to host: HostEndpoint, credentials: Credentials?) throws {
        switch host.agent {
        case .unix(let path):
            security = nil
            posix = try .init(target: .unixDomainSocket(path: path), transportSecurity: .plaintext)
        case .tcp(let address, let port):
            guard let credentials else {
                throw KeyError(
                    "none",
                    "\(host.name) is reached over TCP, and that takes a key: make one by faultline keys issue --coordinator "
                        + "NAME, and give its folder by --keys"
                )
            }
            let security = try ClientSecurity(credentials, host: host.name)
            self.security = security
            let config = HTTP2ClientTransport.Posix.Config.defaults {
                $0.http2.authority = host.name
                $0.channelDebuggingCallbacks.onCreateTCPConnection = { security.secure($0) }
            }
            posix = try Self.transport(to: address, port: Int(port), config)
        }
    }

    private static func transport(
        to address: String,
        port: Int,
        _ config: HTTP2ClientTransport.Posix.Config
    ) throws -> HTTP2ClientTransport.Posix {
        // The handler that `config` adds is the security: what gRPC would add itself takes TLS 1.2 too.
        switch AddressBytes(address)?.bytes.count {
        case 4:
            try .init(
                target: .ipv4(address: address, port: port),
                transportSecurity: .customSecure,
                config: config
            )
        case 16:
            try .init(
                target: .ipv6(address: address, port: port),
                transportSecurity: .customSecure,
                config: config
            )
        default:
            try .init(
                target: .dns(host: address, port: port),
                transportSecurity: .customSecure,
                config: config
            )
        }
    }
}

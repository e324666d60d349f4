package import NIOCore
import NIOSSL
import NIOTLS
import Synchronization
import X509

/// The coordinator's end of TLS to one agent: put before its connection.
package final class ClientSecurity: Sendable {
    private let host: String
    private let trust: Trust
    private let context: NIOSSLContext
    private let refused: Mutex<(reason: String?, act: (@Sendable () -> Void)?)> = Mutex((nil, nil))

    /// `host`: the agent's name, which its certificate must show, whatever its address.
    /// Errors: the key is no coordinator's or operator's, or has expired; see `Credentials` and `Trust`.
    package init(_ credentials: Credentials, host: String) throws {
        try credentials.check(is: [.coordinator, .operator])
        self.host = host
        (context, trust) = try credentials.clients.value(of: credentials)
    }

    /// Why no connection came about that could ever do so with these keys; nil: nothing is known against it.
    package var reason: String? { refused.withLock { $0.reason } }

    /// Done when there is a reason, perhaps more than once.
    package func whenRefused(_ act: @escaping @Sendable () -> Void) {
        refused.withLock { $0.act = act }
    }

    /// On the channel's event loop, before it connects.
    package func secure(_ channel: any Channel) -> EventLoopFuture<Void> {
        let (trust, host, context) = (trust, host, context)
        let note = { @Sendable (reason: String) in self.note(reason) }
        return channel.eventLoop.makeCompletedFuture {
            let tls = try NIOSSLClientHandler(context: context, serverHostname: nil) { shown, promise in
                promise.completeWithTask {
                    do {
                        try await Self.check(try Certificate(leafOf: shown), is: host, trust)
                        return .certificateVerified
                    } catch {
                        note("\(error)")
                        return .failed
                    }
                }
            }
            // Not before: the agent is to hear of it too.
            let watch = RefusalWatch {
                note(HandshakeWords.atClient($0))
                self.refused.withLock { $0.act }?()
            }
            try channel.pipeline.syncOperations.addHandler(tls, position: .first)
            try channel.pipeline.syncOperations.addHandler(watch, position: .after(tls))
        }
    }

    private static func check(_ certificate: Certificate, is host: String, _ trust: Trust)
        async throws(KeyError)
    {
        let identity = try await trust.identity(of: certificate)
        guard identity.role == .agent, identity.name == host else {
            throw KeyError(
                "host",
                "what answers is \(identity.text), not the agent \(host); correct the address or the name, or issue a key by "
                    + "faultline keys issue \(host)"
            )
        }
        try trust.check(certificate, identity)
    }

    /// The first is the cause of those that follow.
    private func note(_ reason: String) {
        refused.withLock { $0.reason = $0.reason ?? reason }
    }
}

/// Hears of TLS errors: with TLS 1.3 the agent's refusal comes after the client's own handshake is done.
private final class RefusalWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let tell: (any Error) -> Void

    init(tell: @escaping (any Error) -> Void) {
        self.tell = tell
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A connection that broke, during the handshake too, may be made again; one that TLS refused would be refused again.
        switch error {
        case NIOSSLError.handshakeFailed(.sslError([.eofDuringHandshake])): break
        case NIOSSLError.handshakeFailed(.sslError), BoringSSLError.sslError: tell(error)
        default: break
        }
        context.fireErrorCaught(error)
    }
}

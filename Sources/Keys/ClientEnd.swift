import NIOSSL
import Synchronization

/// What all connections that are made with one key have in common: TLS's settings and what is believed of others. With each
/// connection its own, a coordinator of thousands of hosts would hold a gigabyte of them.
final class ClientEnd: Sendable {
    private let made = Mutex<(context: NIOSSLContext, trust: Trust)?>(nil)

    /// Made at the first call. Errors: see `Trust`; the files are no keys.
    func value(of credentials: Credentials) throws -> (context: NIOSSLContext, trust: Trust) {
        try made.withLock { made in
            if let made { return made }
            let new = (try credentials.settings(isServer: false), try Trust(credentials, tell: { _ in }))
            made = new
            return new
        }
    }
}

import COpenSSL
import LinuxSystem
import Measures
package import Plan

/// What all secured connections of a load have in common: whom they trust, and which protocols they offer. TLS 1.2 at
/// least. C: `SSL_CTX`, which many threads may use at once once it is made.
package final class TLSContext: Sendable {
    private let handle: ForeignHandle
    let serverName: String
    let verifies: Bool
    /// Without the peer's agreement on it (RFC 7301) a session is of no use; nil: any will do.
    let neededProtocol: String?

    /// Reads the trusted authorities from disk. Errors: a file that cannot be read or holds no certificate.
    ///
    /// - Parameters:
    ///   - host: of the address; a name or an address in text.
    ///   - protocols: for ALPN (RFC 7301), the preferred one first, such as "http/1.1".
    ///   - neededProtocol: the one of them that must be agreed upon; nil: none.
    package init(
        _ plan: TLSPlan,
        host: String,
        protocols: [String],
        neededProtocol: String? = nil
    ) throws(TLSError) {
        self.neededProtocol = neededProtocol
        serverName = plan.serverName ?? host
        verifies = plan.trust != .anyone
        guard let handle = ForeignHandle(SSL_CTX_new(TLS_client_method()), release: { SSL_CTX_free($0) }),
            copenssl_set_least_version(handle.pointer, TLS1_2_VERSION) == 1
        else {
            throw TLSError(
                code: "tls.unavailable",
                message: "OpenSSL cannot be used: \(Self.reason)",
                exitCode: .agentFailed
            )
        }
        copenssl_set_modes(handle.pointer)
        SSL_CTX_set_verify(handle.pointer, verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
        let loaded =
            switch plan.trust {
            case .anyone: Int32(1)
            case .system: SSL_CTX_set_default_verify_paths(handle.pointer)
            case .file(let path): SSL_CTX_load_verify_file(handle.pointer, path)
            }
        guard loaded == 1 else {
            throw TLSError(
                code: "tls.trust",
                message: """
                    The trusted certificates \(plan.trust) cannot be read: \(Self.reason).
                    Name a PEM file that the sending host can read, trust: system, or trust: anyone.
                    """,
                exitCode: .badInput
            )
        }
        // Each name with its length before it (RFC 7301, 3.1).
        let names = protocols.flatMap { [UInt8(truncatingIfNeeded: $0.utf8.count)] + Array($0.utf8) }
        SSL_CTX_set_alpn_protos(handle.pointer, names, UInt32(names.count))
        self.handle = handle
    }

    /// A session in its beginning; nil when there is no memory for it. The caller frees it.
    func makeSession() -> OpaquePointer? {
        SSL_new(handle.pointer)
    }

    /// The library's oldest complaint on this thread; takes all of them away.
    static var reason: String {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let text = ERR_reason_error_string(code) else { return "no reason given" }
        return String(cString: text)
    }
}

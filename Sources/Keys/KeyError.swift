package import Measures

/// A key, a certificate or a list of revoked ones that cannot be used, or a peer whose certificate is refused.
package struct KeyError: ReadableError, Hashable {
    /// "keys.expired", "keys.revoked", "keys.role", …
    package let code: String
    /// With the remedy; never a part of a private key.
    package let message: String
    package let exitCode: ExitCode

    package init(_ code: String, _ message: String, exitCode: ExitCode = .badInput) {
        self.code = "keys.\(code)"
        self.message = message
        self.exitCode = exitCode
    }
}

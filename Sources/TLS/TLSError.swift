package import Measures

/// Why connections cannot be secured at all, known before anything is sent. What goes wrong with one connection is an
/// outcome.
package struct TLSError: ReadableError, Equatable {
    /// "tls.trust", "tls.unavailable".
    package let code: String
    package let message: String
    package let exitCode: ExitCode
}

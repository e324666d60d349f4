package import Measures

/// Why a request cannot be put into bytes: always a matter of what was asked for, known before anything is sent.
package struct CodecError: ReadableError, Equatable {
    /// "load.bad-request".
    package let code: String
    package let message: String
    package var exitCode: ExitCode { .badInput }

    package init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }
}

package import Measures

/// Why a control group could not be found, made, set or removed.
package struct CgroupError: ReadableError, Equatable {
    package let code: String
    /// The remedy included.
    package let message: String
    package let exitCode: ExitCode

    package init(_ code: String, _ message: String, exitCode: ExitCode = .agentFailed) {
        self.code = code
        self.message = message
        self.exitCode = exitCode
    }
}

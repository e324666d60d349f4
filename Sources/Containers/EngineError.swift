package import Measures

/// An engine could not be asked, or has not what was asked for.
package struct EngineError: ReadableError, Equatable {
    package let code: String
    package let message: String
    package let exitCode: ExitCode

    package init(_ code: String, _ message: String, exitCode: ExitCode = .agentFailed) {
        self.code = code
        self.message = message
        self.exitCode = exitCode
    }
}

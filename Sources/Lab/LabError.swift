package import Measures

/// A lab could not be brought up or taken down.
package struct LabError: ReadableError {
    package let code: String
    package let message: String
    package let exitCode: ExitCode

    package init(_ code: String, _ message: String, exitCode: ExitCode = .agentFailed) {
        self.code = code
        self.message = message
        self.exitCode = exitCode
    }
}

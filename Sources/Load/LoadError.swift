package import LinuxSystem
package import Measures

/// Why a load cannot start. What goes wrong later is data (outcomes), not an error.
package struct LoadError: ReadableError, Equatable {
    /// "load.unresolved", "load.bad-request", "load.no-resources", "load.started-twice".
    package let code: String
    package let message: String
    /// The system call's failure, where there was one.
    package let cause: SystemError?
    package let exitCode: ExitCode

    init(_ code: String, _ message: String, cause: SystemError? = nil, exitCode: ExitCode = .agentFailed) {
        self.code = code
        self.message = message
        self.cause = cause
        self.exitCode = exitCode
    }
}

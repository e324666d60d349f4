import Glibc
package import Measures

/// Why a process could not be started, found or signalled.
package struct ProcessError: ReadableError, Equatable {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        package let description: String

        /// No such command, or no such file.
        package static let notFound = Code(description: "process.not-found")
        package static let notExecutable = Code(description: "process.not-executable")
        package static let notStarted = Code(description: "process.not-started")
        /// It has ended, or its pid belongs to another process by now.
        package static let gone = Code(description: "process.gone")
        package static let notAllowed = Code(description: "process.not-allowed")
        /// This kernel lacks what is needed.
        package static let notSupported = Code(description: "process.not-supported")
        package static let noNamespace = Code(description: "process.no-namespace")
        package static let system = Code(description: "process.system")
    }

    package let kind: Code
    package let message: String
    /// The system call's error number; 0 when no system call failed.
    package let errorNumber: Int32

    package var code: String { kind.description }
    package var exitCode: ExitCode { .agentFailed }

    package init(_ kind: Code, _ message: String, errorNumber: Int32 = 0) {
        self.kind = kind
        self.message = message
        self.errorNumber = errorNumber
    }

    /// After a system call that failed: what was tried, the kernel's reason, and the remedy where there is one.
    static func failed(_ action: String, errorNumber: Int32 = errno) -> ProcessError {
        let reason = String(cString: strerror(errorNumber))
        return switch errorNumber {
        case ESRCH: ProcessError(.gone, "\(action): the process has ended", errorNumber: errorNumber)
        case EPERM, EACCES:
            ProcessError(
                .notAllowed,
                "\(action): \(reason). Run as root, or give the capability that this needs "
                    + "(CAP_KILL for signals, CAP_SYS_ADMIN for namespaces and mounts).",
                errorNumber: errorNumber
            )
        case ENOSYS:
            ProcessError(
                .notSupported,
                "\(action): this kernel lacks the system call. Linux 5.3 or later is needed.",
                errorNumber: errorNumber
            )
        case EMFILE, ENFILE:
            ProcessError(
                .system,
                "\(action): \(reason). Raise the limit of open files (ulimit -n).",
                errorNumber: errorNumber
            )
        default: ProcessError(.system, "\(action): \(reason)", errorNumber: errorNumber)
        }
    }
}

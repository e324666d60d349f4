import Glibc
package import Measures

/// A system call that failed: which, with which errno, and the kernel's words for it.
package struct SystemError: ReadableError, Hashable {
    /// What was tried, with its object: "open /run/netns/web1".
    package let operation: String
    /// The positive errno; 0 when no system call failed (a refused argument, a limit of ours).
    package let errno: Int32
    package let detail: String
    package let exitCode: ExitCode

    package init(_ operation: String, errno: Int32, exitCode: ExitCode = .agentFailed) {
        self.operation = operation
        self.errno = errno
        self.detail = Self.text(of: errno)
        self.exitCode = exitCode
    }

    /// A refusal without a system call, in our own words.
    package init(_ operation: String, refused reason: String, exitCode: ExitCode = .agentFailed) {
        self.operation = operation
        self.errno = 0
        self.detail = reason
        self.exitCode = exitCode
    }

    package var code: String { "system.\(errno == 0 ? "refused" : "errno-\(errno)")" }

    package var message: String {
        switch errno {
        case 0: "\(operation): \(detail)"
        case EPERM, EACCES: "\(operation): \(detail) (errno \(errno)). Run as root, or grant the capability."
        case EMFILE, ENFILE: "\(operation): \(detail) (errno \(errno)). Raise the limit: ulimit -n."
        default: "\(operation): \(detail) (errno \(errno))"
        }
    }

    /// C: `strerror_r`, the GNU or XSI form alike through a buffer.
    package static func text(of errno: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress, strerror_r(errno, start, 256) == 0 else {
                return "errno \(errno)"
            }
            return String(cString: start)
        }
    }

    /// Makes the call, again while a signal interrupts it (EINTR), and turns -1 into an error.
    /// Not for `close`, which must not be called twice, nor for calls that return an errno (pthread): see `checkCode`.
    @discardableResult
    package static func check<Value: SignedInteger>(
        _ operation: @autoclosure () -> String,
        exitCode: ExitCode = .agentFailed,
        _ call: () -> Value
    ) throws(SystemError) -> Value {
        while true {
            let result = call()
            if result != -1 { return result }
            let number = Glibc.errno
            if number != EINTR { throw SystemError(operation(), errno: number, exitCode: exitCode) }
        }
    }

    /// For functions of the pthread and posix_spawn kind, which return the errno itself.
    package static func checkCode(
        _ operation: @autoclosure () -> String,
        _ call: () -> Int32
    ) throws(SystemError) {
        let number = call()
        if number != 0 { throw SystemError(operation(), errno: number) }
    }
}

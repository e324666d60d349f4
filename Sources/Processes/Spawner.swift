import CLinux
import Glibc
import LinuxSystem

/// Starts commands. A started process has nothing of this one: descriptors only as given, signals at their default and
/// unblocked, the environment as written, and a session of its own unless told otherwise.
package enum Spawner {
    /// Descriptors that the process gets. They stay open here.
    package struct Descriptors: Sendable {
        /// Nil: /dev/null.
        package var input: Int32?
        /// Nil: the command's log, or /dev/null.
        package var output: Int32?
        package var error: Int32?
        /// Become descriptors 3, 4 and so on; at most 13.
        package var further: [Int32]

        package init(input: Int32? = nil, output: Int32? = nil, error: Int32? = nil, further: [Int32] = []) {
            self.input = input
            self.output = output
            self.error = error
            self.further = further
        }
    }

    /// C: `posix_spawn` with POSIX_SPAWN_SETSID, then `pidfd_open`; the child cannot be reaped in between, so the handle
    /// is certainly the child's. The caller reaps it (`ProcessHandle.wait`).
    /// Errors: `.notFound`, `.notExecutable`, `.notStarted`, with the remedy.
    package static func spawn(
        _ command: Command,
        descriptors: Descriptors = Descriptors(),
        newSession: Bool = true
    ) throws(ProcessError) -> ProcessHandle {
        let path = try Executable.find(for: command)
        try check(directory: command.directory, of: command)
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard null >= 0 else { throw .failed("Open /dev/null") }
        defer { close(null) }
        let log = try openLog(of: command) ?? dup(null)
        defer { close(log) }

        let given =
            [descriptors.input ?? null, descriptors.output ?? log, descriptors.error ?? log]
            + descriptors.further
        var pid: pid_t = 0
        let failure = withStrings(command.arguments) { arguments in
            withStrings(command.environment.map { "\($0.key)=\($0.value)" }.sorted()) { environment in
                clinux_spawn(
                    &pid,
                    path,
                    arguments,
                    environment,
                    command.directory,
                    given,
                    Int32(given.count),
                    newSession ? 1 : 0
                )
            }
        }
        guard failure == 0 else { throw refusal(failure, path: path, command: command) }
        OpenFiles.restoreLimit(of: pid)
        return try ProcessHandle.open(pid)
    }

    private static func openLog(of command: Command) throws(ProcessError) -> Int32? {
        guard let log = command.log else { return nil }
        let descriptor = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .failed("Open the log \(log) of \"\(command.arguments[0])\"") }
        return descriptor
    }

    private static func check(directory: String?, of command: Command) throws(ProcessError) {
        guard let directory else { return }
        var status = stat()
        guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw ProcessError(
                .notFound,
                "Cannot start \"\(command.arguments[0])\": there is no folder \(directory). Create it, or change the "
                    + "command's working directory.",
                errorNumber: ENOENT
            )
        }
    }

    private static func refusal(_ failure: Int32, path: String, command: Command) -> ProcessError {
        let reason = String(cString: strerror(failure))
        let remedy =
            switch failure {
            // The file itself was found before: what is missing is what its first line names.
            case ENOENT:
                "The interpreter that its first line (#!) or its ELF header names is missing; install it."
            case ENOEXEC: "It is no program for this machine; a script needs a first line such as #!/bin/sh."
            case EAGAIN: "The limit of processes is reached (ulimit -u, pids cgroup)."
            case E2BIG: "Its arguments and environment are too long."
            default: "Try to start it by hand: \(command.text)"
            }
        return ProcessError(.notStarted, "Cannot start \(path): \(reason). \(remedy)", errorNumber: failure)
    }
}

/// The strings as C wants them, an array of pointers that ends with NULL, for the duration of the call. A string ends at
/// its first NUL byte.
func withStrings<Result>(
    _ strings: [String],
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let copies: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return copies.withUnsafeBufferPointer { buffer in
        // Never empty: it holds the closing NULL at least.
        guard let base = buffer.baseAddress else {
            preconditionFailure("an array with an element has an address")
        }
        return body(base)
    }
}

import Glibc
import LinuxSystem

/// Other programs, started as a shell would, in the network namespace of the calling thread.
package enum Program {
    /// Waits for its end. Errors: it cannot be started, or fails. Its output is thrown away.
    package static func run(_ arguments: [String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process = pid_t()
        let code = posix_spawnp(&process, arguments.first ?? "", &actions, nil, &pointers, environ)
        guard code == 0 else { throw SystemError("start \(arguments.first ?? "")", errno: code) }
        var status: Int32 = 0
        try SystemError.check("wait") { waitpid(process, &status, 0) }
        guard status == 0 else {
            throw SystemError(arguments.joined(separator: " "), refused: "wait status \(status)")
        }
    }
}

import ClockSync
import Glibc
import LinuxSystem

/// A reflector in a process of its own, in a time namespace whose CLOCK_MONOTONIC is exactly 100 s ahead. It ends when its
/// standard input does, so it never outlives the benchmark.
final class ChildReflector {
    static let ahead: Int64 = 100_000_000_000
    static let port: UInt16 = 7946

    private let process: pid_t
    private var input: OwnedDescriptor?

    init(in namespace: NetworkNamespace) throws {
        var ends: [Int32] = [0, 0]
        try SystemError.check("pipe") { pipe(&ends) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        input = OwnedDescriptor(owning: ends[1])
        let reading = OwnedDescriptor(owning: ends[0])
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, reading.number, 0)
        let arguments = [
            "unshare", "--time", "--monotonic", "\(Self.ahead / 1_000_000_000)", "--fork", "--kill-child",
            "--",
            CommandLine.arguments.first ?? "", "reflect", namespace.path,
        ]
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process = pid_t()
        let code = posix_spawnp(&process, "unshare", &actions, nil, &pointers, environ)
        guard code == 0 else { throw SystemError("start unshare --time", errno: code) }
        self.process = process
    }

    deinit {
        input = nil
        waitpid(process, nil, 0)
    }

    static func serve(_ arguments: [String]) throws {
        guard let path = arguments.first else { return }
        let reflector = try ClockReflector(
            listening: Endpoint(address: ClockNetwork.far, port: port),
            in: NetworkNamespace(path: path),
            epoch: 1
        )
        reflector.admit(session: ClockNetwork.session, key: ClockNetwork.key)
        var byte: UInt8 = 0
        while read(0, &byte, 1) > 0 {}
    }
}

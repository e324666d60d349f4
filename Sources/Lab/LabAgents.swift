import Foundation
import LinuxSystem
import Measures
import Plan
import Processes

#if canImport(Glibc)
import Glibc
#endif

/// Starts one agent process inside each host of a lab, and waits until each answers.
enum LabAgents {
    /// The agent enters the host's network and sees its names; see the hidden subcommand `enter`.
    static func command(of host: LabLayout.Host, in state: LabState, executable: String, policy: String?)
        -> Command
    {
        let folder = state.folder(of: host.name)
        let inner =
            [
                executable, "agent", "--host", host.name, "--listen", state.socket(of: host.name), "--state",
                folder,
            ] + (policy.map { ["--policy", $0] } ?? [])
        return Command(
            enter(host, in: state, executable: executable) + inner,
            environment: ProcessInfo.processInfo.environment.filter {
                $0.key.hasPrefix(Secret.variablePrefix)
            }
            .merging(["PATH": searchPath]) { _, path in path },
            directory: "/",
            log: "\(folder)/agent.log"
        )
    }

    /// The words that put a command into the host.
    static func enter(_ host: LabLayout.Host, in state: LabState, executable: String) -> [String] {
        [
            executable, "enter", "--network", "\(NetworkNamespace.directory)/\(host.namespace)", "--hosts",
            state.hostsFile(of: host.name), "--resolv", state.resolvFile(of: host.name), "--hostname",
            host.name, "--",
        ]
    }

    /// Servers live in sbin on Debian; a user's own PATH comes first.
    static var searchPath: String {
        let given = getenv("PATH").map { String(cString: $0) } ?? ""
        return (given.isEmpty ? "" : given + ":")
            + "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    }

    static func start(in state: LabState, executable: String, policy: String?) throws -> [ProcessHandle] {
        let handles = try state.layout.hosts.map { host in
            try Spawner.spawn(command(of: host, in: state, executable: executable, policy: policy))
        }
        for (host, handle) in zip(state.layout.hosts, handles) {
            try wait(for: host, in: state, process: handle)
        }
        return handles
    }

    private static func wait(for host: LabLayout.Host, in state: LabState, process: ProcessHandle) throws {
        let deadline = Clocks.monotonic() + Duration.seconds(10).nanoseconds
        let socket = state.socket(of: host.name)
        while Clocks.monotonic() < deadline {
            if UnixSocket.isListening(socket) { return }
            if !process.isAlive { break }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 5_000_000)
        }
        let log = (try? FileContents.text("\(state.folder(of: host.name))/agent.log")) ?? ""
        let tail = log.split(separator: "\n").suffix(5).joined(separator: "\n  ")
        throw LabError(
            "lab.agent",
            "the agent on \(host.name) did not start:\n  \(tail.isEmpty ? "(no output)" : tail)"
        )
    }
}

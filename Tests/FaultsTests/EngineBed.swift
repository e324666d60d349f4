import Containers
import Engines
import Glibc
import LinuxSystem
import Measures
import Processes
import TestSupport
import Testing

/// A real engine of containers in a network namespace of its own, with an image that holds a shell, ended with all that it has.
struct EngineBed: Sendable {
    let engine: Engine
    let namespace: NetworkNamespace
    private let words: any EngineWords

    /// Those that Debian has.
    static let kinds: [EngineKind] = [.docker, .podman, .lxd, .lxc]

    /// A program that is not here; nil: all are.
    static let missing = kinds.flatMap(\.needed).first { access($0, X_OK) != 0 }

    static func with(_ kind: EngineKind, _ body: (EngineBed) throws -> Void) async throws {
        try await withTestNamespaces(count: 1, wired: false) { hosts in
            try withFolder { folder in
                let namespace = hosts[0].namespace
                let words = kind.words(in: folder)
                let bed = EngineBed(
                    engine: Engine(kind, socket: words.socket),
                    namespace: namespace,
                    words: words
                )
                let daemon = try bed.start()
                defer { bed.end(daemon) }
                try bed.say(words.importImage)
                try body(bed)
            }
        }
    }

    var engines: Engines { Engines([engine]) }

    /// Runs a container of a first process with two children.
    func run(_ name: String, labels: [String] = [], network: String = "none", isRemoved: Bool = false) throws
    {
        try say(words.run(name, labels: labels, network: network, isRemoved: isRemoved))
    }

    /// Gives a running container an interface eth0 with 10.88.N.2, towards 10.88.N.1 on the engine's own host.
    func connect(_ name: String, _ number: Int) throws {
        let pid = try pid(of: name)
        let inside = "nsenter --net=/proc/\(pid)/ns/net"
        let result = try conformanceShell(
            """
            ip link add \(name)-\(pid) type veth peer name eth0 netns /proc/\(pid)/ns/net &&
            ip address replace 10.88.\(number).1/24 dev \(name)-\(pid) && ip link set \(name)-\(pid) up &&
            \(inside) ip address add 10.88.\(number).2/24 dev eth0 && \(inside) ip link set eth0 up &&
            \(inside) ip route add default via 10.88.\(number).1
            """,
            in: namespace
        )
        guard result.status == 0 else { throw SystemError("connect \(name)", refused: result.text) }
    }

    /// The engine's own word: "running", "exited".
    func state(of name: String) throws -> String { try say(words.state(name)) }

    func pid(of name: String) throws -> Int32 { try #require(Int32(try say(words.pid(name)))) }

    func stop(_ name: String) throws { try say(words.stop(name)) }
    func restart(_ name: String) throws { try say(words.restart(name)) }
    func remove(_ name: String) throws { try say(words.remove(name)) }

    /// The last line of what the command says.
    @discardableResult
    private func say(_ line: String) throws -> String {
        let result = try conformanceShell(line, in: namespace)
        guard result.status == 0 else {
            throw SystemError(String(line.prefix(200)), refused: result.text)
        }
        return String(result.text.split(separator: "\n").last ?? "")
    }

    private func start() throws -> ProcessHandle {
        try Directory.make("\(words.folder)/lxd")
        try Directory.make("\(words.folder)/lxc")
        let command = Command(
            words.daemon.split(separator: " ").map(String.init),
            environment: words.environment,
            log: "\(words.folder)/log"
        )
        let daemon = try namespace.inside { try Spawner.spawn(command) }
        let deadline = Clocks.monotonic() + 20_000_000_000
        while true {
            do {
                _ = try engine.containers()
                return daemon
            } catch {
                guard Clocks.monotonic() < deadline, daemon.isAlive else {
                    let log = (try? FileContents.text("\(words.folder)/log")) ?? "no log"
                    end(daemon)
                    throw SystemError(
                        "start \(engine.kind.rawValue)",
                        refused: "\(error): \(log.suffix(600))"
                    )
                }
                usleep(50_000)
            }
        }
    }

    private func end(_ daemon: ProcessHandle) {
        _ = try? conformanceShell(words.removeAll, in: namespace)
        _ = try? daemon.signal(SIGTERM)
        if daemon.wait(for: .seconds(10)) == nil {
            _ = try? daemon.signal(SIGKILL)
            _ = daemon.wait(for: .seconds(5))
        }
        // What an engine leaves mounted when it ends keeps its folder from going.
        _ = try? conformanceShell(
            "grep -o '\(words.folder)/[^ ]*' /proc/mounts | sort -r | xargs -r umount; rm -rf \(words.folder)/*",
            in: namespace
        )
    }
}

extension Trait where Self == ConditionTrait {
    static var requiresEngines: Self {
        .enabled(
            if: EngineBed.missing == nil,
            "missing: \(EngineBed.missing ?? ""); apt-get install runc docker.io podman lxd lxd-client lxc busybox-static"
        )
    }
}

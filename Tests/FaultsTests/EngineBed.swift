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
    private let folder: String

    static func missing(_ kind: EngineKind) -> String? {
        let needed =
            kind == .docker
            ? ["/usr/sbin/dockerd", "/usr/bin/docker"] : ["/usr/bin/podman", "/usr/sbin/runc"]
        return (needed + ["/bin/busybox"]).first { access($0, X_OK) != 0 }
    }

    static func with(_ kind: EngineKind, _ body: (EngineBed) throws -> Void) async throws {
        try await withTestNamespaces(count: 1, wired: false) { hosts in
            try withFolder { folder in
                let namespace = hosts[0].namespace
                let bed = EngineBed(
                    engine: Engine(kind, socket: "\(folder)/engine.sock"),
                    namespace: namespace,
                    folder: folder
                )
                let daemon = try bed.start()
                defer { bed.end(daemon) }
                try bed.importImage()
                try body(bed)
            }
        }
    }

    var engines: Engines { Engines([engine]) }

    /// Runs a container of a shell with two children; `options` as the engine's own program takes them.
    func run(_ name: String, _ options: String = "", network: String = "none") throws {
        let limits =
            engine.kind == .podman ? "--ulimit nofile=1024:4096 --ulimit nproc=4096:4096" : ""
        try say(
            "run -d --name \(name) --network \(network) \(limits) \(options) \(image) sh -c 'sleep 1000 & sleep 1001 & wait'"
        )
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
    func state(of name: String) throws -> String {
        try say("inspect -f '{{.State.Status}}' \(name)")
    }

    func pid(of name: String) throws -> Int32 {
        try #require(Int32(try say("inspect -f '{{.State.Pid}}' \(name)")))
    }

    @discardableResult
    func say(_ words: String) throws -> String {
        let result = try conformanceShell("\(program) \(words)", in: namespace)
        guard result.status == 0 else {
            throw SystemError("\(engine.kind.rawValue) \(words)", refused: result.text)
        }
        return String(result.text.split(separator: "\n").last ?? "")
    }

    private var image: String { "faultline-test:1" }

    private var program: String {
        engine.kind == .docker
            ? "docker -H unix://\(engine.socket)"
            : "podman --runtime=runc --root \(folder)/root --runroot \(folder)/run --cgroup-manager=cgroupfs "
                + "--events-backend=none"
    }

    /// Docker needs the cgroup mounts that `ip netns exec` hides: only the network is another.
    private func start() throws -> ProcessHandle {
        let line =
            engine.kind == .docker
            ? "dockerd --data-root \(folder)/data --exec-root \(folder)/exec -H unix://\(engine.socket) "
                + "-p \(folder)/pid --default-ulimit nofile=1024:4096 --bridge=none --iptables=false"
            : "\(program) system service -t 0 unix://\(engine.socket)"
        let command = Command(
            line.split(separator: " ").map(String.init),
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder],
            log: "\(folder)/log"
        )
        let daemon = try namespace.inside { try Spawner.spawn(command) }
        let deadline = Clocks.monotonic() + 20_000_000_000
        while true {
            do {
                _ = try engine.containers()
                return daemon
            } catch {
                guard Clocks.monotonic() < deadline, daemon.isAlive else {
                    let log = (try? FileContents.text("\(folder)/log")) ?? "no log"
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

    private func importImage() throws {
        let script = """
            mkdir -p \(folder)/image/bin && cp /bin/busybox \(folder)/image/bin/ &&
            ln -s busybox \(folder)/image/bin/sh && ln -s busybox \(folder)/image/bin/sleep &&
            tar c -C \(folder)/image . | \(program) import - \(image)
            """
        let result = try conformanceShell(script, in: namespace)
        guard result.status == 0 else { throw SystemError("import", refused: result.text) }
    }

    private func end(_ daemon: ProcessHandle) {
        _ = try? conformanceShell("\(program) rm -f -t 0 $(\(program) ps -aq)", in: namespace)
        _ = try? conformanceShell("\(program) rm -f $(\(program) ps -aq)", in: namespace)
        _ = try? daemon.signal(SIGTERM)
        if daemon.wait(for: .seconds(10)) == nil {
            _ = try? daemon.signal(SIGKILL)
            _ = daemon.wait(for: .seconds(5))
        }
        // What an engine leaves mounted when it ends keeps its folder from going.
        _ = try? conformanceShell(
            "grep -o '\(folder)/[^ ]*' /proc/mounts | sort -r | xargs -r umount; rm -rf \(folder)/*",
            in: namespace
        )
    }
}

import Foundation
import Keys
import LinuxSystem
import Measures
import Netlink
import Processes
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Three hosts and a coordinator that share nothing but a bridge: each has its own agent, state and key. On web there is an
/// nginx that nobody of ours started, and it writes down what it was asked.
struct Bed {
    static let names = ["web", "client", "spare"]
    static let port = 7443
    let folder: String
    let hosts: [String: TestHost]
    let coordinator: TestHost
    private let bridge: NetworkNamespace
    private(set) var agents: [String: ProcessHandle] = [:]
    private var nginx: ProcessHandle?

    static var program: String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "faultline").path
    }

    static func with(_ body: (inout Bed) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fl-fleet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withTestNamespaces(count: names.count + 1) { hosts in
            var bed = try Bed(folder.path, hosts)
            do {
                try bed.begin()
                try await body(&bed)
                bed.end()
            } catch {
                for name in names { Issue.record("the log of \(name):\n\(bed.log(of: name))") }
                bed.end()
                throw error
            }
        }
    }

    private init(_ folder: String, _ hosts: [TestHost]) throws {
        self.folder = folder
        self.hosts = Dictionary(zip(Self.names, hosts)) { first, _ in first }
        coordinator = hosts[Self.names.count]
        let name = hosts[0].namespace.name
        bridge = NetworkNamespace(named: String(name.dropLast()) + "hub")
    }

    private mutating func begin() throws {
        var authority = try Authority.create(in: "\(folder)/keys")
        for name in Self.names {
            let address = hosts[name]?.address ?? ""
            try authority.issue(try Identity(.agent, name), addresses: [address], to: "\(folder)/key-\(name)")
        }
        for (role, name) in [(Role.coordinator, "laptop"), (.coordinator, "other"), (.operator, "oncall")] {
            try authority.issue(try Identity(role, name), addresses: [], to: "\(folder)/key-\(name)")
        }
        try write("faultline-policy: 1\ncoordinators: [laptop, other]\noperators: [oncall]\n", "policy.yaml")
        try write(inventory, "hosts.yaml")
        try write(Self.configuration, "nginx.conf")
        try FileManager.default.createDirectory(atPath: "\(folder)/www", withIntermediateDirectories: true)
        nginx = try spawn(
            ["nginx", "-p", "\(folder)/www", "-c", "\(folder)/nginx.conf"],
            on: "web",
            log: "nginx.log"
        )
        for name in Self.names { try startAgent(name) }
        for name in Self.names { try awaitAgent(name) }
    }

    func write(_ text: String, _ name: String) throws {
        try FileContents.writeAtomically(Array(text.utf8), to: "\(folder)/\(name)")
    }

    func address(_ name: String) -> String { hosts[name]?.address ?? "" }

    var inventory: String {
        let lines = Self.names.map { name in
            let address = address(name)
            let services = name == "web" ? ", services: { nginx: { process: nginx } }" : ""
            return
                "  \(name): { agent: \"\(address):\(Self.port)\", addresses: [\(address)], interface: eth0, "
                + "labels: { part: \(name) }\(services) }"
        }
        return
            "faultline-hosts: 1\nhosts:\n\(lines.joined(separator: "\n"))\ngroups: { back: [web, spare] }\n"
    }

    private static let configuration = """
        daemon off;
        worker_processes 1;
        pid nginx.pid;
        error_log error.log;
        events { worker_connections 1024; }
        http {
            log_format asked '$request_uri';
            access_log asked.log asked;
            keepalive_requests 1000000;
            client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi; scgi_temp_path scgi;
            server { listen 8080; location / { return 200 "ok"; } }
        }

        """

    /// The load asks for its own number each time, so that the server's log says which requests came, and how often.
    func experiment(
        from senders: String = "client",
        rate: String = "100/s",
        duration: String,
        faults: String
    ) -> String {
        """
        faultline: 1
        name: fleet
        load:
          numbered: { from: \(senders), http: { url: "http://web:8080/n/{{number}}", timeout: 1s }, rate: \(rate) }
        faults:
        \(faults.isEmpty ? "  []" : faults)
        targets: { availability: { objective: "50", load: numbered } }
        duration: \(duration)

        """
    }

    // MARK: processes

    private func spawn(_ words: [String], on host: String, log: String) throws -> ProcessHandle {
        let command = Command(
            words,
            environment: ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            directory: folder,
            log: "\(folder)/\(log)"
        )
        let namespace = (hosts[host] ?? coordinator).namespace
        return try namespace.inside { try Spawner.spawn(command) }
    }

    mutating func startAgent(_ name: String) throws {
        agents[name] = try spawn(
            [
                Self.program, "agent", "--host", name, "--listen", "\(folder)/\(name).sock", "--state",
                "\(folder)/state-\(name)", "--tcp", "\(address(name)):\(Self.port)", "--keys",
                "\(folder)/key-\(name)", "--policy", "\(folder)/policy.yaml",
            ],
            on: name,
            log: "agent-\(name).log"
        )
    }

    func log(of name: String) -> String { (try? FileContents.text("\(folder)/agent-\(name).log")) ?? "" }

    func awaitAgent(_ name: String) throws {
        try await_("the agent on \(name)") {
            UnixSocket.isListening("\(folder)/\(name).sock") && log(of: name).contains("listens on TCP")
        }
    }

    private func await_(_ what: String, _ condition: () -> Bool) throws {
        let patience = Clocks.monotonic() + 60_000_000_000
        while !condition() {
            guard Clocks.monotonic() < patience else {
                throw SystemError("wait for \(what)", refused: "not within a minute")
            }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 10_000_000)
        }
    }

    /// The agent and its guardian, at once.
    mutating func killAgent(_ name: String) {
        guard let agent = agents.removeValue(forKey: name) else { return }
        let guardians = ProcessTable.current().descendants(of: [agent.pid])
            .filter { $0.name.hasPrefix("faultline") || $0.name.hasPrefix("guardian") }
            .compactMap { try? ProcessHandle.open($0.identity) }
        for handle in guardians + [agent] { _ = try? handle.signal(SIGSTOP) }
        for handle in guardians + [agent] { _ = try? handle.signal(SIGKILL) }
        for handle in guardians + [agent] { _ = handle.wait(for: .seconds(5)) }
    }

    private mutating func end() {
        for agent in agents.values { _ = try? agent.signal(SIGTERM) }
        for agent in agents.values where agent.wait(for: .seconds(20)) == nil {
            _ = try? agent.signal(SIGKILL)
            _ = agent.wait(for: .seconds(5))
        }
        _ = try? nginx?.signal(SIGCONT)
        _ = try? nginx?.signal(SIGTERM)
        _ = nginx?.wait(for: .seconds(5))
        // What was not reaped here, the workers of a server that was killed for example.
        for host in Array(hosts.values) + [coordinator] {
            guard let inode = try? host.namespace.inode() else { continue }
            for status in ProcessTable.current().members(ofNetworkNamespace: inode) where status.isAlive {
                _ = try? ProcessHandle.open(status.identity).signal(SIGKILL)
            }
        }
    }

    // MARK: the coordinator

    struct Coordinator {
        let process: ProcessHandle
        let output: String
        var text: String { (try? FileContents.text(output)) ?? "" }

        /// nil: it had to be killed at the limit, or died of a signal.
        func wait(atMost limit: Duration) -> Int32? {
            guard case .exited(let code) = process.wait(for: limit) else {
                _ = try? process.signal(SIGKILL)
                _ = process.wait(for: .seconds(5))
                return nil
            }
            return code
        }
    }

    /// `faultline` with these words, in the coordinator's namespace.
    func start(_ words: [String]) throws -> Coordinator {
        let output = "output-\(UUID().uuidString.prefix(8))"
        let process = try spawn([Self.program] + words, on: "coordinator", log: output)
        return Coordinator(process: process, output: "\(folder)/\(output)")
    }

    func run(_ words: [String], atMost limit: Duration = .seconds(60)) throws -> (code: Int32?, text: String)
    {
        let coordinator = try start(words)
        return (coordinator.wait(atMost: limit), coordinator.text)
    }

    func startRun(
        _ experiment: String,
        lease: String = "4s",
        key: String = "laptop",
        results: String = "results"
    )
        throws -> Coordinator
    {
        try write(experiment, "fleet-\(key).yaml")
        return try start([
            "run", "fleet-\(key).yaml", "--inventory", "hosts.yaml", "--keys", "key-\(key)", "--lease", lease,
            "--seed", "7", "--results", results,
        ])
    }

    // MARK: what is seen

    /// The run's folder, once it is there.
    func results(_ name: String = "results") -> String? {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)")) ?? []
        return entries.first { $0.hasPrefix("20") }.map { "\(folder)/\(name)/\($0)" }
    }

    func file(_ name: String) -> String {
        results().flatMap { try? FileContents.text("\($0)/\(name)") } ?? ""
    }

    /// Waits until a line of the recording holds all these words.
    func awaitEvent(_ words: String...) throws {
        try await_("an event with \(words)") {
            file("recording/events.jsonl").split(separator: "\n").contains { line in
                words.allSatisfy { line.contains($0) }
            }
        }
    }

    /// Cuts the coordinator off, or lets it back; what hosts say to one another passes all the same.
    func cutCoordinator(_ isCut: Bool) throws {
        let port = "port\(Self.names.count + 1)"
        let socket = try RouteSocket(in: bridge)
        if isCut { try socket.setDown(port) } else { try socket.setUp(port) }
    }

    /// The numbers that the server was asked for.
    func asked() throws -> [Int] {
        try requests().compactMap { $0.hasPrefix("/n/") ? Int($0.dropFirst(3)) : nil }
    }

    /// The paths that the server was asked for.
    func requests() throws -> [String] {
        try FileContents.text("\(folder)/www/asked.log").split(separator: "\n").map(String.init)
    }

    /// What is answered in the coordinator's namespace.
    func fetch(_ url: String) throws -> String {
        let output = "fetched-\(UUID().uuidString.prefix(8))"
        let curl = try spawn(["curl", "-sS", "--max-time", "10", url], on: "coordinator", log: output)
        _ = curl.wait(for: .seconds(15))
        return (try? FileContents.text("\(folder)/\(output)")) ?? ""
    }
}

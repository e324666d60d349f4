import Foundation
import Lab
import LinuxSystem
import Measures
import Processes
import Testing

/// The built program, beside the test executable.
struct Program {
    static let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "faultline").path

    let process: ProcessHandle
    let output: String

    /// Starts it with these words; what it prints goes to a file in `folder`.
    static func start(_ arguments: [String], in folder: String) throws -> Program {
        let output = "\(folder)/output-\(UUID().uuidString.prefix(8))"
        let environment = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM": "dumb",
        ]
        let command = Command([path] + arguments, environment: environment, directory: folder, log: output)
        return Program(process: try Spawner.spawn(command), output: output)
    }

    /// Its exit code; nil when it had to be killed at the limit, or died of a signal.
    func wait(atMost limit: Duration) -> Int32? {
        guard case .exited(let code) = process.wait(for: limit) else {
            _ = try? process.signal(9)
            _ = process.wait(for: .seconds(5))
            return nil
        }
        return code
    }

    var text: String { (try? FileContents.text(output)) ?? "" }

    /// Runs it to its end.
    static func run(_ arguments: [String], in folder: String, atMost limit: Duration = .seconds(60)) throws
        -> (
            code: Int32?, text: String
        )
    {
        let program = try start(arguments, in: folder)
        let code = program.wait(atMost: limit)
        return (code, program.text)
    }
}

/// A folder of a test, with nginx's configuration beside the experiment file, removed at the end.
func withExperiment(_ yaml: String, _ body: (TestRun) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "fl-experiment-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
        at: folder.appending(path: "trial"),
        withIntermediateDirectories: true
    )
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(yaml.utf8).write(to: folder.appending(path: "trial.yaml"))
    try Data(TestRun.nginx.utf8).write(to: folder.appending(path: "trial/nginx.conf"))
    let run = TestRun(folder: folder)
    defer { run.cleanUp() }
    try await body(run)
}

/// One experiment in a folder of its own.
struct TestRun {
    let folder: URL

    static let nginx = """
        daemon off;
        worker_processes 1;
        pid nginx.pid;
        error_log error.log;
        events { worker_connections 1024; }
        http {
            access_log off;
            keepalive_requests 1000000;
            client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi; scgi_temp_path scgi;
            server { listen 8080; listen [::]:8080; location / { return 200 "ok"; } }
        }

        """

    func start() throws -> Program {
        try Program.start(["run", "trial.yaml", "--results", "results", "--seed", "7"], in: folder.path)
    }

    func run(atMost limit: Duration) throws -> (code: Int32?, text: String) {
        let program = try start()
        return (program.wait(atMost: limit), program.text)
    }

    /// The run's folder, once it is there; beside it lies the list of runs.
    var results: URL? {
        let results = folder.appending(path: "results")
        return (try? FileManager.default.contentsOfDirectory(at: results, includingPropertiesForKeys: nil))?
            .first { $0.lastPathComponent.hasPrefix("20") }
    }

    func file(_ name: String) -> String {
        guard let results else { return "" }
        return (try? String(contentsOf: results.appending(path: name), encoding: .utf8)) ?? ""
    }

    /// Waits until a line of the recording holds all these words; false when none did within the limit.
    func waitForEvent(_ words: [String], atMost limit: Duration) -> Bool {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            let lines = file("recording/events.jsonl").split(separator: "\n")
            if lines.contains(where: { line in words.allSatisfy { line.contains($0) } }) { return true }
            usleep(20_000)
        }
        return false
    }

    /// The lab of this run: found by the experiment's path, so that tests do not meet each other's.
    var lab: LabState? { labs.first }

    private var labs: [LabState] {
        LabState.ids.compactMap { LabState.load($0) }.filter { $0.experiment.hasPrefix(folder.path + "/") }
    }

    func cleanUp() {
        for lab in labs { _ = try? LabTeardown.down(lab.layout.id) }
    }
}

/// What a lab leaves on the machine: namespaces, folders, processes. Empty when nothing.
func leftovers(of id: String) -> [String] {
    var left: [String] = []
    let namespaces = (try? NetworkNamespace.list(prefix: LabLayout.prefix)) ?? []
    left += namespaces.map(\.name).filter { LabLayout.id(ofNamespace: $0) == id }
    if LabState.ids.contains(id) { left.append(LabState.folder(id)) }
    for status in ProcessTable.current().statuses {
        let words = (try? FileContents.text("/proc/\(status.identity.pid)/cmdline")) ?? ""
        if status.isAlive, words.contains(id) { left.append("process \(status.identity.pid) \(status.name)") }
    }
    return left
}

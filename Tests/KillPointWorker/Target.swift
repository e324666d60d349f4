import Faults
import Glibc
import LinuxSystem
import Processes
import TestSupport

/// The service that a path strikes.
struct Target {
    let path: FaultPath
    let folder: String

    init(_ path: FaultPath, folder: String) {
        self.path = path
        self.folder = folder
    }

    /// Nil: the path needs none. Returns when all its processes are there, at most after five seconds.
    func start() throws -> ServiceProcess? {
        guard !path.processes.isEmpty else { return nil }
        let service = try ServiceProcess.start(
            ServiceCommand(name: "service", command: path.isOnServer ? try server() : shell)
        )
        let patience = Clocks.monotonic() + 5_000_000_000
        while service.members.current().map(\.name).sorted() != path.processes {
            guard Clocks.monotonic() < patience else {
                throw FaultError("worker.target", "not ready: \(service.members.current())")
            }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 500_000)
        }
        return service
    }

    private var shell: Command {
        let children = "sleep 300 & sleep 300 & wait"
        // One that takes its time to obey SIGTERM.
        return Command([
            "sh", "-c", path == .killSlowly ? "trap 'sleep 0.05; exit' TERM; \(children)" : children,
        ])
    }

    /// nginx with two workers, on a port of its own.
    private func server() throws -> Command {
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(folder)/\($0);" }.joined()
        let text = """
            daemon off; worker_processes 2; pid \(folder)/pid; error_log \(folder)/errors;
            events { worker_connections 64; }
            http { access_log off; \(temporary)
              server { listen 127.0.0.1:8099; location / { return 200 "yes"; } } }
            """
        try FileContents.writeAtomically(Array(text.utf8), to: "\(folder)/nginx.conf", sync: false)
        // The environment is where the server has room for its title.
        let environment = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
        return Command(["nginx", "-c", "\(folder)/nginx.conf"], environment: environment)
    }
}

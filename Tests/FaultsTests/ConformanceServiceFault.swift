import Faults
import Glibc
import LinuxSystem
import Measures
import Processes
import Recording
import Synchronization
import TestSupport
import Testing
import Undoing

/// The kinds of process faults that go through the suite, each on a shell with children and on a server with workers.
enum ServiceKind: String, Sendable, CaseIterable {
    case killShell = "a kill of a shell with children"
    case killServer = "a kill of nginx with workers"
    case pauseShell = "a pause of a shell with children"
    case pauseServer = "a pause of nginx with workers"
    case restartShell = "a restart of a shell with children"
    case restartServer = "a restart of nginx with workers"

    var isServer: Bool { rawValue.hasSuffix("workers") }

    enum Act { case kill, pause, restart }
    var act: Act {
        switch self {
        case .killShell, .killServer: .kill
        case .pauseShell, .pauseServer: .pause
        case .restartShell, .restartServer: .restart
        }
    }
}

/// A process fault on a service in a network namespace of its own, so that all its processes can be told from others.
final class ServiceFault: FaultUnderTest {
    let kind: ServiceKind
    let world: ServiceWorld
    let keeper = TestKeeper()
    private let services = Mutex(Services())
    private let sweep = Mutex<(sweep: SignalSweep, before: ProcessIdentity)?>(nil)
    private let kill: KillFault?

    init(_ kind: ServiceKind, host: TestHost) throws {
        self.kind = kind
        world = try ServiceWorld(in: host.namespace)
        kill = KillFault(id: "law#1", service: "service", signal: "KILL", restarts: true)
        let command = kind.isServer ? try world.server() : ServiceWorld.shell
        let service = try world.start(command)
        services.withLock { $0.add(service) }
        let (isServer, names) = (kind.isServer, ready)
        guard eventuallyHolds({ world.words == names && (!isServer || world.answers()) }) else {
            throw SystemError("start \(command.name)", refused: "it is not ready: \(world.living)")
        }
    }

    /// The processes of the service by name, when it runs. Between fork and exec a child bears its parent's.
    private var ready: [String] { kind.isServer ? ["nginx", "nginx", "nginx"] : ["sh", "sleep", "sleep"] }

    func inject() throws {
        let (services, keeper, kill, act) = (services.withLock { $0 }, keeper, kill, kind.act)
        let before = try services.named("service").identity
        let done = try world.namespace.inside {
            switch act {
            case .kill: try kill?.inject(services, keeper)
            case .pause: try PauseFault(id: "law#1", service: "service").inject(services, keeper)
            case .restart: try RestartFault(id: "law#1", service: "service").inject(services, keeper)
            }
        }
        sweep.withLock { $0 = done.map { ($0, before) } }
    }

    func effect() throws -> [Observation] {
        guard let (sweep, before) = sweep.withLock({ $0 }) else { return [] }
        var complaints: [String] = []
        if !sweep.isComplete { complaints.append("\(sweep.unaffected) did not obey") }
        if sweep.processes.count != 3 {
            complaints.append("\(sweep.processes.count) processes were signalled")
        }
        let living = world.living
        switch kind.act {
        case .kill:
            if !living.isEmpty { complaints.append("these live: \(living)") }
            if world.answers() { complaints.append("the killed server answers") }
        case .pause:
            if living.count != 3 || !living.allSatisfy(\.isStopped) {
                complaints.append("not all stopped: \(living)")
            }
            if world.answers() { complaints.append("the stopped server answers") }
        case .restart:
            if living.contains(where: { $0.identity == before }) {
                complaints.append("it is the same process")
            }
            if !ServiceMembers(leader: before).current().isEmpty { complaints.append("old ones live on") }
            let isServer = kind.isServer
            if !eventuallyHolds({ world.living.count == 3 && (!isServer || world.answers()) }) {
                complaints.append("it does not run again")
            }
        }
        return [
            Observation(
                fault: "law#1",
                quantity: "service",
                requested: kind.rawValue,
                observed: complaints.joined(separator: "; "),
                effect: complaints.isEmpty ? .asRequested : .differs
            )
        ]
    }

    func heal() throws {
        let (services, keeper, kill, act) = (services.withLock { $0 }, keeper, kill, kind.act)
        try world.namespace.inside {
            switch act {
            case .kill: try kill?.heal(services, keeper)
            case .pause: _ = try PauseFault(id: "law#1", service: "service").heal(services, keeper)
            case .restart: break
            }
        }
    }

    func close() throws -> [String] { keeper.kept.map { "kept: \($0.text)" } }

    /// The agent is gone: nobody holds the service any more, and the guardian, then the journal, carry out the undo.
    func crash() throws {
        if kind.act == .restart {
            // It died after the kill and before the start.
            _ = try services.withLock { $0 }.named("service").kill()
        }
        let old = services.withLock { $0 }
        services.withLock { $0 = Services() }
        for undo in keeper.history + keeper.history {
            try world.namespace.inside { try UndoPerformer.perform(undo) }
            // The second time also when the server has written its title over its command line.
            _ = eventuallyHolds { world.living.count >= 3 }
            let soon = Clocks.monotonic() + Pace.milliseconds(100)
            while Clocks.monotonic() < soon {
                // One that was started in vain ends only when it has tried to get the port for a while.
                #expect(world.living.count(where: \.leadsItsSession) <= 1, "started twice")
                usleep(5000)
            }
        }
        // Reaped by whoever started it, here as there.
        for service in old.all where !service.isRunning { _ = service.waitGone(for: .seconds(1)) }
    }

    func state() throws -> [String] {
        let (isServer, names) = (kind.isServer, ready)
        _ = eventuallyHolds { world.words == names && (!isServer || world.answers()) }
        return world.words
    }

    func trace() throws -> String? {
        if kind.isServer, !eventuallyHolds({ world.answers() }) { return "the server does not answer" }
        return world.living.contains(where: \.isStopped) ? "stopped: \(world.living)" : nil
    }
}

/// A network namespace with a folder, services and nothing else; all that runs there ends with it.
final class ServiceWorld: Sendable {
    let namespace: NetworkNamespace
    private let inode: UInt64
    /// Open, so that the kernel gives the namespace's number to no other while this looks for its processes by it.
    private let pin: OwnedDescriptor
    private let folder: String
    private static let port: UInt16 = 8099

    init(in namespace: NetworkNamespace) throws {
        self.namespace = namespace
        inode = try namespace.inode()
        pin = try namespace.open()
        folder = "/tmp/\(namespace.name)"
        guard mkdir(folder, 0o755) == 0 else { throw SystemError("mkdir \(folder)", errno: errno) }
    }

    deinit {
        // Who still lives may make another file in it.
        for handle in living.compactMap({ try? ProcessHandle.open($0.identity) }) {
            _ = try? handle.signal(SIGKILL)
            _ = handle.wait(for: .seconds(5))
        }
        for name in (try? Directory.entries(folder)) ?? [] where unlink("\(folder)/\(name)") != 0 {
            rmdir("\(folder)/\(name)")
        }
        rmdir(folder)
    }

    /// Everything that lives in the namespace.
    var living: [ProcessStatus] { ProcessTable.current().members(ofNetworkNamespace: inode) }

    /// Names and whether they are stopped, but no numbers: those change when a service is started again.
    var words: [String] { living.map { $0.name + ($0.isStopped ? " (stopped)" : "") }.sorted() }

    static let shell = ServiceCommand(
        name: "service",
        command: Command(["sh", "-c", "sleep 300 & sleep 300 & wait"])
    )

    /// nginx with two workers.
    func server() throws -> ServiceCommand {
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(folder)/\($0);" }.joined()
        let text = """
            daemon off; worker_processes 2; pid \(folder)/pid; error_log \(folder)/errors;
            events { worker_connections 64; }
            http { access_log off; \(temporary)
              server { listen 127.0.0.1:\(Self.port); location / { return 200 "yes"; } } }
            """
        try FileContents.writeAtomically(Array(text.utf8), to: "\(folder)/nginx.conf", sync: false)
        // The environment is where the server has room for its title.
        let environment = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
        return ServiceCommand(
            name: "service",
            command: Command(["nginx", "-c", "\(folder)/nginx.conf"], environment: environment)
        )
    }

    func start(_ command: ServiceCommand) throws -> ServiceProcess {
        try namespace.inside { try ServiceProcess.start(command) }
    }

    /// Whether the server gives a whole answer within 200 ms.
    func answers() -> Bool {
        let answer = try? namespace.inside { () throws -> Bool in
            let socket = try TrafficSocket(SOCK_STREAM)
            try socket.connect(to: "127.0.0.1", port: Self.port)
            return try socket.asks("GET / HTTP/1.0\r\n\r\n", within: Pace.milliseconds(200)).hasPrefix(
                "HTTP/1.1 200"
            )
        }
        return answer ?? false
    }
}

extension ProcessStatus {
    fileprivate var leadsItsSession: Bool { session == identity.pid }
}

extension TrafficSocket {
    /// What comes back until the other side ends, at most this long (nanoseconds).
    fileprivate func asks(_ request: String, within time: Int64) throws -> String {
        let bytes = Array(request.utf8)
        let number = descriptor.number
        try SystemError.check("send") { Glibc.send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
        let poller = try Poller(capacity: 1)
        try poller.add(number, token: 0, .readable)
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1024)
        let deadline = Clocks.monotonic() + time
        while try poller.wait(timeoutNanoseconds: max(0, deadline - Clocks.monotonic()), { _ in }) > 0 {
            let count = recv(number, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            answer += chunk[..<count]
        }
        return String(decoding: answer, as: UTF8.self)
    }
}

import Containers
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Glibc
import LinuxSystem
import Measures
import RuntimeProtocol
import TestSupport
import Testing

@testable import Engines

/// What a kubelet's runtime says, and what something that is none does.
@Suite struct RuntimeTests {
    private static let id = "3cfd837e408affcbfb0c21032d522d942d50cb00dd23747df3d40117c5ea4816"

    private static func container(
        _ name: String,
        pod: String,
        _ state: Runtime_V1_ContainerState = .containerRunning
    )
        -> Runtime_V1_Container
    {
        var container = Runtime_V1_Container()
        container.id = String(id.dropLast(4)) + String(name.prefix(2)) + String(pod.prefix(2))
        container.podSandboxID = pod
        container.metadata.name = name
        container.image.image = "sha256:0123"
        container.state = state
        return container
    }

    @Test("containers are called by their pods, and have their labels")
    func answers() throws {
        var web = Runtime_V1_PodSandbox()
        web.id = "p1"
        web.metadata.name = "web-7d9f"
        web.metadata.namespace = "staging"
        web.labels = ["app": "web", "tier": "front"]
        var nginx = Self.container("nginx", pod: "p1")
        nginx.labels = ["tier": "own"]
        nginx.image.userSpecifiedImage = "nginx:1.25"
        let stray = Self.container("stray", pod: "p9", .containerExited)
        let found = RuntimeAnswers.containers([nginx, stray], [web], of: .containerd)
        #expect(found.map(\.name) == ["web-7d9f", "stray"] && found.map(\.isRunning) == [true, false])
        #expect(found[0].labels["app"] == "web" && found[0].labels["tier"] == "own")
        #expect(found[0].labels["io.kubernetes.pod.namespace"] == "staging")
        #expect(found.map(\.image) == ["nginx:1.25", "sha256:0123"])
        #expect(found.allSatisfy { $0.unstartable != nil && $0.engine == .containerd })
        // Of two in a pod each has its own name; a container that was started again is the same one of two.
        let again = Self.container("nginx", pod: "p1", .containerExited)
        #expect(
            RuntimeAnswers.containers([nginx, again], [web], of: .crio).map(\.name) == [
                "web-7d9f", "web-7d9f",
            ]
        )
        let both = RuntimeAnswers.containers(
            [nginx, Self.container("exporter", pod: "p1")],
            [web],
            of: .crio
        )
        #expect(both.map(\.name) == ["web-7d9f/nginx", "web-7d9f/exporter"])
    }

    private static func error(_ engine: Engine) -> EngineError? {
        do {
            _ = try engine.containers()
            return nil
        } catch {
            return error as? EngineError
        }
    }

    @Test("where nobody listens, that is said at once")
    func nobody() {
        #expect(Self.error(Engine(.containerd, socket: "/nowhere/x.sock"))?.code == "engine.silent")
    }

    @Test("one that serves others than kubelets is told, and keeps nobody from the engines beside it")
    func withoutRuntime() throws {
        try withFolder { folder in try Self.withoutRuntime(in: folder) }
    }

    private static func withoutRuntime(in folder: String) throws {
        let socket = "\(folder)/s"
        let server = GRPCServer(
            transport: HTTP2ServerTransport.Posix(
                address: .unixDomainSocket(path: socket),
                transportSecurity: .plaintext
            ),
            services: []
        )
        // Swift's pool belongs to the tests beside this one, which fill it for seconds: the server has a thread.
        let serving = try PinnedThread(name: "server") {
            do { try SynchronousCall.value { try await server.serve() } } catch { Issue.record(error) }
        }
        while !UnixSocket.isListening(socket) { usleep(5_000) }
        let engine = Engine(.containerd, socket: socket)
        #expect(error(engine)?.code == EngineError.servesNoKubelet)
        let lxc = Engine(.lxc, socket: folder)
        let none = #expect(throws: EngineError.self) {
            try Engines([engine, lxc]).find(ContainerSelector(name: "web"))
        }
        #expect(none?.code == "container.none")
        let named = #expect(throws: EngineError.self) {
            try Engines([engine, lxc]).find(ContainerSelector(name: "web", engine: .containerd))
        }
        #expect(named?.code == EngineError.servesNoKubelet)
        server.beginGracefulShutdown()
        serving.join()
    }

    @Test(
        "whatever listens there and says anything is an error in time",
        arguments: [0, 1, 9, 64, 1_000, 100_000]
    )
    func garbage(length: Int) throws {
        try withFolder { folder in
            let socket = "\(folder)/s"
            let stranger = try Stranger(on: socket, says: length)
            defer { stranger.stop() }
            var runtime = RuntimeAPI(engine: Engine(.crio, socket: socket))
            runtime.patience = .milliseconds(300)
            let asked = runtime
            let began = Clocks.monotonic()
            let error = #expect(throws: EngineError.self) { try asked.containers() }
            #expect(error?.code == "engine.silent")
            #expect(Clocks.monotonic() - began < 20_000_000_000)
        }
    }

    @Test("a container that two engines know is one, and two of one name are two")
    func once() throws {
        let known = { (engine: EngineKind, id: String) in
            Container(engine: engine, id: id, name: "web", image: "", state: "running")
        }
        let one = ContainerDirectory([known(.containerd, Self.id), known(.kubernetes, Self.id)])
        #expect(try one.select(ContainerSelector(name: "web")).map(\.engine) == [.containerd])
        let pods = ContainerSelector(name: "web", engine: .kubernetes)
        #expect(try one.select(pods).map(\.engine) == [.kubernetes])
        let two = ContainerDirectory([known(.lxd, "web"), known(.lxc, "web")])
        #expect(throws: EngineError.self) { try two.select(ContainerSelector(name: "web")) }
    }

    @Test("LXC's configuration has groups for labels, and says who is removed when it ends")
    func configuration() {
        let config = LXCConfig(
            "# lxc.group = no\nlxc.group = front\n lxc.group=tier = web \nlxc.ephemeral = 1\nx\n=\n"
        )
        #expect(config.labels == ["front": "", "tier": "web"] && config.isEphemeral)
        #expect(LXCConfig("") == LXCConfig("lxc.ephemeral = 0\nlxc.group =\n"))
    }
}

/// Listens on a Unix socket, and says the same noise to everybody.
private final class Stranger: Sendable {
    private let listener: OwnedDescriptor

    init(on path: String, says length: Int) throws {
        let number = try SystemError.check("socket") {
            socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        }
        listener = OwnedDescriptor(owning: number)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        try withUnsafePointer(to: &name) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                try SystemError.check("bind") { bind(number, address, size) }
                try SystemError.check("listen") { listen(number, 8) }
            }
        }
        let noise = (0..<length).map { _ in UInt8.random(in: 0...255) }
        _ = try PinnedThread(name: "stranger") {
            while true {
                let connection = accept(number, nil, nil)
                guard connection >= 0 else { return }
                _ = send(connection, noise, noise.count, Int32(MSG_NOSIGNAL))
                close(connection)
            }
        }
    }

    func stop() { shutdown(listener.number, Int32(SHUT_RDWR)) }
}

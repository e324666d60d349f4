import Containers
import Glibc
import LinuxSystem
import TestSupport
import Testing

@testable import Engines

/// Pods of a node, by exchanges as an API server of 1.27 has them.
@Suite struct KubernetesTests {
    private static let id = "3cfd837e408affcbfb0c21032d522d942d50cb00dd23747df3d40117c5ea4816"
    private static let query = "?fieldSelector=spec.nodeName%3Dnode-1&limit=500"

    /// `next`: what the first page says of a second.
    private static func list(next: String = "") -> String {
        """
        {"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"4711","continue":"\(next)"},"items":[
        {"metadata":{"name":"web-7d9f","namespace":"staging","uid":"a1","labels":{"app":"web","pod-template-hash":"7d9f"},
        "ownerReferences":[{"kind":"ReplicaSet","name":"web"}]},"spec":{"nodeName":"node-1"},"status":{"phase":"Running",
        "containerStatuses":[{"name":"nginx","state":{"running":{"startedAt":"2026-11-27T06:00:00Z"}},"lastState":{},
        "ready":true,"restartCount":0,"image":"docker.io/library/nginx:1.25","imageID":"x",
        "containerID":"containerd://\(id)","started":true}]}},
        {"metadata":{"name":"db-0","namespace":"staging","labels":{"app":"db"}},"status":{"phase":"Pending",
        "containerStatuses":[{"name":"postgres","state":{"terminated":{"exitCode":1}},"image":"postgres:16",
        "containerID":"cri-o://\(String(id.reversed()))"},
        {"name":"metrics","state":{"waiting":{"reason":"ContainerCreating"}},"image":"exporter","containerID":""}]}},
        {"metadata":{"name":"new","namespace":"staging"},"status":{"phase":"Pending"}}]}
        """
    }

    private static func access(_ server: RecordedServer, in folder: String) throws -> String {
        let path = "\(folder)/config"
        let text = """
            apiVersion: v1
            kind: Config
            current-context: here
            contexts: [{ name: here, context: { cluster: c, user: u } }]
            clusters: [{ name: c, cluster: { server: "http://127.0.0.1:\(server.port)/" } }]
            users: [{ name: u, user: { token: secret-token } }]
            """
        try FileContents.writeAtomically(Array(text.utf8), to: path)
        return path
    }

    private static func api(_ place: String, namespaces: String? = nil) -> KubernetesAPI {
        KubernetesAPI(place: place) { name in
            ["NODE_NAME": "node-1", "FAULTLINE_NAMESPACES": namespaces][name] ?? nil
        }
    }

    @Test("a page says which containers there are, by their pods' names and labels")
    func page() throws {
        let page = try KubernetesAnswers.page(Array(Self.list().utf8))
        #expect(page.next == nil && page.containers.map(\.name) == ["web-7d9f", "db-0/postgres"])
        let web = try #require(page.containers.first)
        #expect(web.id == Self.id && web.isRunning && web.image == "docker.io/library/nginx:1.25")
        #expect(web.labels["app"] == "web" && web.labels["io.kubernetes.pod.namespace"] == "staging")
        #expect(!page.containers[1].isRunning && web.unstartable != nil)
        let mean = { (selector: ContainerSelector) in selector.matches(web) }
        #expect(mean(ContainerSelector(image: "nginx", labels: ["app=web"], engine: .kubernetes)))
        #expect(mean(ContainerSelector(labels: ["io.kubernetes.container.name=nginx"])))
        #expect(web.bears("cri-containerd-\(Self.id).scope") && !web.bears("kubepods.slice"))
    }

    @Test("all pages of the node are read, with the token, and of the namespaces that are named")
    func asked() throws {
        try withFolder { folder in
            let first = "/api/v1/namespaces/staging/pods\(Self.query)"
            let server = try RecordedServer([
                first: Self.list(next: "a+b/c="), "\(first)&continue=a%2Bb%2Fc%3D": Self.list(),
            ])
            let api = Self.api(try Self.access(server, in: folder), namespaces: "staging")
            #expect(
                try api.containers().map(\.name) == [
                    "web-7d9f", "db-0/postgres", "web-7d9f", "db-0/postgres",
                ]
            )
            #expect(server.questions.map(\.authorization) == ["Bearer secret-token", "Bearer secret-token"])
            let refused = #expect(throws: EngineError.self) {
                try Self.api(try Self.access(server, in: folder)).containers()
            }
            #expect(refused?.message.contains("pods is forbidden") == true)
            #expect(server.questions.last?.path == "/api/v1/pods\(Self.query)")
            #expect(refused?.message.contains("secret") == false)
        }
    }

    private static func config(_ server: String, _ user: String) -> String {
        """
        current-context: h
        contexts: [{ name: h, context: { cluster: c, user: u } }]
        clusters: [{ name: c, cluster: { server: "\(server)" } }]
        users: [{ name: u, user: \(user) }]
        """
    }

    @Test(
        "an access that cannot be used is told, with what is wrong, and nobody is asked",
        arguments: [
            ("a: [", "cannot be read as a kubeconfig"), ("current-context: x", "no context"),
            (config("http://10.0.0.1:6443", "{ token: t }"), "expected https://"),
            (config("http://127.0.0.1.evil:1", "{ token: t }"), "expected https://"),
            (config("https://127.0.0.1:1", "{ exec: { command: aws } }"), "from a program"),
            (
                config(
                    "https://127.0.0.1:1",
                    "{ client-certificate-data: \"eA==\", client-key-data: \"eA==\" }"
                ),
                "cannot be used"
            ),
        ]
    )
    func unusable(text: String, expected: String) throws {
        try withFolder { folder in
            let path = "\(folder)/config"
            try FileContents.writeAtomically(Array(text.utf8), to: path)
            let error = #expect(throws: EngineError.self) { try Self.api(path).containers() }
            #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
        }
    }

    @Test("a name that would change the question is refused")
    func names() {
        for name in ["a&b", "", "../x", "A", "a b"] {
            let api = KubernetesAPI(place: "/nowhere") { $0 == "NODE_NAME" ? name : nil }
            #expect(throws: EngineError.self) { try api.paths() }
        }
    }

    @Test("an answer that breaks off anywhere is an error; one with other bytes is an error or an answer")
    func cut() {
        let bytes = Array(Self.list().utf8)
        for end in bytes.indices {
            #expect(throws: EngineError.self) { try KubernetesAnswers.page(Array(bytes[..<end])) }
        }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<3_000 {
            var noisy = bytes
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                noisy[Int.random(in: noisy.indices, using: &generator)] = .random(
                    in: 0...255,
                    using: &generator
                )
            }
            if let read = try? KubernetesAnswers.page(noisy) { #expect(read.containers.count <= 3) }
        }
    }

    @Test("a container's leader is the oldest process whose group bears its id")
    func leader() throws {
        // Of this host's own groups one that bears no id: nobody is found, and nobody else is taken.
        let container = Container(
            engine: .kubernetes,
            id: Self.id,
            name: "x",
            image: "",
            state: "running",
            initPid: 1
        )
        #expect(try Self.api("/nowhere").details(container).initPid == nil)
    }

    @Test(
        "only what an id can be is one",
        arguments: ["", "containerd://", "containerd://../../x", "abc", "x://ABCDEF012345"]
    )
    func identifier(text: String) { #expect(KubernetesAnswers.identifier(text) == nil) }
}

import Testing

@testable import Containers

@Suite struct ContainerSelectorTests {
    private static func container(
        _ name: String,
        image: String = "redis:7",
        labels: [String: String] = [:],
        state: String = "running",
        engine: EngineKind = .docker
    ) -> Container {
        Container(
            engine: engine,
            id: "\(name)" + String(repeating: "0", count: 60),
            name: name,
            image: image,
            labels: labels,
            state: state
        )
    }

    private static let all = ContainerDirectory([
        container("web1", image: "nginx", labels: ["tier": "web"]),
        container("web2", image: "localhost/nginx:1", labels: ["tier": "web", "rack": "b"], engine: .podman),
        container("cache", image: "docker.io/library/redis:7"),
        container("old", state: "exited"),
    ])

    private func names(_ selector: ContainerSelector) throws -> [String] {
        try Self.all.select(selector).map(\.name)
    }

    private func words(_ selector: ContainerSelector) -> String {
        let error = #expect(throws: EngineError.self) { try names(selector) }
        return error?.message ?? ""
    }

    @Test("whatever is left out matches all, and what is said must hold")
    func select() throws {
        #expect(try names(ContainerSelector(name: "web1")) == ["web1"])
        #expect(try names(ContainerSelector(image: "nginx", engine: .podman)) == ["web2"])
        #expect(try names(ContainerSelector(labels: ["tier=web", "rack"])) == ["web2"])
        #expect(try names(ContainerSelector(labels: ["tier"], all: true)) == ["web1", "web2"])
        #expect(try names(ContainerSelector(image: "redis")) == ["cache"])
    }

    @Test("several, one that does not run and none are told apart, with what there is")
    func refused() {
        #expect(words(ContainerSelector(labels: ["tier=web"])).contains("web1 (docker, nginx), web2"))
        #expect(words(ContainerSelector(name: "old")).contains("old (docker, redis:7) is exited"))
        #expect(words(ContainerSelector(name: "wbe1")).contains("there is: web1"))
        #expect(words(ContainerSelector(name: "zzz")).contains("3 others run here"))
        #expect(words(ContainerSelector(image: "redis:8")).contains("looked for container (image redis:8)"))
        let nobody = #expect(throws: EngineError.self) {
            try ContainerDirectory([]).select(ContainerSelector(name: "web1"))
        }
        #expect(nobody?.message.contains("no container runs here") == true)
    }

    @Test(
        "an image is meant by what engines make of its name",
        arguments: [
            ("redis:7", "redis", true), ("redis:7", "redis:7", true), ("redis:7", "redis:8", false),
            ("redis", "redis:latest", true), ("redis", "redis:7", false),
            ("docker.io/library/redis:7", "library/redis", true), ("myredis:7", "redis", false),
            ("registry:5000/a/b:1", "b:1", true), ("registry:5000/b", "registry:5000/b", true),
            ("redis@sha256:00", "redis", true), ("sha256:d562", "redis", false),
        ]
    )
    func images(image: String, wanted: String, isMeant: Bool) {
        #expect(ContainerSelector.isImage(image, wanted) == isMeant)
    }

    @Test("an id is a name from its twelfth digit on")
    func identifier() throws {
        let id = String(repeating: "ab", count: 32)
        let container = Container(engine: .docker, id: id, name: "x", image: "y", state: "running")
        #expect(ContainerSelector(name: String(id.prefix(12))).matches(container))
        #expect(!ContainerSelector(name: String(id.prefix(11))).matches(container))
    }
}

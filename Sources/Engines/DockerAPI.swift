import Containers
import NIOCore
import NIOHTTP1

/// Docker's Engine API, which Podman speaks too.
struct DockerAPI: EngineAPI {
    let line: EngineLine

    private var kind: EngineKind { line.engine.kind }

    func containers() throws -> [Container] {
        try EngineAnswers.containers(
            line.answer("/containers/json?all=true", about: "its containers"),
            of: kind
        )
    }

    func details(_ container: Container) throws -> Container {
        try EngineAnswers.details(
            line.answer("/containers/\(container.id)/json", about: container.name),
            of: container
        )
    }

    func start(_ container: ContainerReference) throws -> Bool { try command("start", container) }

    func restart(_ container: ContainerReference) throws -> Bool {
        try command("restart", container, query: "?t=0")
    }

    private func command(_ verb: String, _ container: ContainerReference, query: String = "") throws -> Bool {
        let what = "to \(verb) \(container.name)"
        let path = "/containers/\(container.id)/\(verb)\(query)"
        let answer = try line.ask(what, .POST, path, patience: .seconds(30))
        switch answer.status {
        // 304: it runs already.
        case 200..<300, 304: return true
        case 404: return false
        default: throw line.refusal(what, answer)
        }
    }
}

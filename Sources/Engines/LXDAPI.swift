import Containers
import NIOCore
import NIOHTTP1

/// LXD's REST API, which Incus speaks too. Instances of all projects; virtual machines are none of ours.
struct LXDAPI: EngineAPI {
    let line: EngineLine

    func containers() throws -> [Container] {
        try LXDAnswers.containers(
            line.answer("/1.0/instances?recursion=2&all-projects=true", about: "its containers"),
            of: line.engine.kind
        )
    }

    /// The list tells all of it.
    func details(_ container: Container) throws -> Container {
        guard let found = try containers().first(where: { $0.id == container.id }) else {
            throw EngineError(
                "container.none",
                "\(line.engine.kind.rawValue) has no container \(container.name) any more"
            )
        }
        return found
    }

    func start(_ container: ContainerReference) throws -> Bool { try change(container, "start") }
    func restart(_ container: ContainerReference) throws -> Bool { try change(container, "restart") }

    /// Done in the background there; this waits for it.
    private func change(_ container: ContainerReference, _ verb: String) throws -> Bool {
        let what = "to \(verb) \(container.name)"
        let name = LXDAnswers.place(of: container)
        let body = Array("{\"action\":\"\(verb)\",\"timeout\":0,\"force\":true}".utf8)
        let accepted = try line.ask(
            what,
            .PUT,
            "/1.0/instances/\(name.instance)/state?project=\(name.project)",
            body: body
        )
        if accepted.status == 404 { return false }
        guard accepted.status == 202, let operation = LXDAnswers.operation(accepted.bytes) else {
            throw line.refusal(what, accepted)
        }
        let done = try line.ask(what, .GET, "\(operation)/wait?timeout=30", patience: .seconds(35))
        // That it runs already is seen by whoever looks whether it runs; whatever else went wrong, too.
        guard done.status == 200 else { throw line.refusal(what, done) }
        return true
    }
}

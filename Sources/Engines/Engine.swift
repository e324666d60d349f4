package import Containers
import LinuxSystem
import Measures
import NIOCore
import NIOHTTP1
import Processes

/// One engine, by its socket.
package struct Engine: Sendable, Hashable, Codable {
    package let kind: EngineKind
    /// Its Unix socket.
    package let socket: String

    package init(_ kind: EngineKind, socket: String) {
        self.kind = kind
        self.socket = socket
    }

    /// All of them, those that do not run too; without what only `details` tells.
    package func containers() throws -> [Container] {
        try EngineAnswers.containers(answer("/containers/json?all=true", "its containers"), of: kind)
    }

    package func details(_ container: Container) throws -> Container {
        try EngineAnswers.details(answer("/containers/\(container.id)/json", container.name), of: container)
    }

    /// False: there is no such container any more.
    fileprivate func command(_ verb: String, _ container: ContainerReference, query: String = "") throws
        -> Bool
    {
        let answer = try asking("to \(verb) \(container.name)") {
            try EngineSocket(path: socket).ask(
                .POST,
                "/containers/\(container.id)/\(verb)\(query)",
                patience: .seconds(30)
            )
        }
        switch answer.status {
        // 304: it runs already.
        case 200..<300, 304: return true
        case 404: return false
        default:
            throw EngineError(
                "engine.refused",
                "\(kind.rawValue) refuses to \(verb) \(container.name): "
                    + (EngineAnswers.complaint(answer.bytes) ?? "status \(answer.status)"),
                exitCode: .notHealed
            )
        }
    }

    /// An engine takes a moment to notice that a container was killed, and says until then that it runs.
    fileprivate func ensureRuns(_ reference: ContainerReference) throws {
        let container = Container(
            engine: kind,
            id: reference.id,
            name: reference.name,
            image: "",
            state: "unknown"
        )
        let patience = Clocks.monotonic() + 10_000_000_000
        while Clocks.monotonic() < patience {
            if let pid = try details(container).initPid, ProcessTable.status(of: pid)?.isAlive ?? false {
                return
            }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 100_000_000)
            guard try command("start", reference) else { return }
        }
        throw EngineError(
            "engine.not-started",
            "\(kind.rawValue) started \(reference.name), and it does not run; see: \(kind.rawValue) logs \(reference.name)",
            exitCode: .notHealed
        )
    }

    private func answer(_ path: String, _ what: String) throws -> [UInt8] {
        let answer = try asking("about \(what)") { try EngineSocket(path: socket).ask(.GET, path) }
        guard answer.status == 200 else {
            throw EngineError(
                "engine.refused",
                "\(kind.rawValue) was asked about \(what): "
                    + (EngineAnswers.complaint(answer.bytes) ?? "status \(answer.status)")
            )
        }
        return answer.bytes
    }

    private func asking(_ what: String, _ body: () throws -> EngineSocket.Answer) throws
        -> EngineSocket.Answer
    {
        do {
            return try body()
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(
                "engine.silent",
                "\(kind.rawValue) does not answer on \(socket) when it is asked \(what): \(error)",
                exitCode: .notHealed
            )
        }
    }
}

/// A container of an engine, for starting it again: the journal keeps it.
package struct ContainerReference: Sendable, Hashable, Codable {
    package let engine: Engine
    package let id: String
    package let name: String

    package init(of engine: Engine, id: String, name: String) {
        self.engine = engine
        self.id = id
        self.name = name
    }

    /// Ends it and starts it again. Errors: it does not run ten seconds later.
    package func restart() throws {
        _ = try engine.command("restart", self, query: "?t=0")
        try engine.ensureRuns(self)
    }

    /// Twice is once; one that was removed meanwhile is gone for good, and nothing can be started.
    package func start() throws {
        guard try engine.command("start", self) else { return }
        try engine.ensureRuns(self)
    }
}

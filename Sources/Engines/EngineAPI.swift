import Containers
import Measures
import NIOCore
import NIOHTTP1

/// What an engine can be asked, in its own words. Blocks.
protocol EngineAPI: Sendable {
    /// All of them, those that do not run too.
    func containers() throws -> [Container]
    /// With what the list does not tell.
    func details(_ container: Container) throws -> Container
    /// False: there is no such container any more. That it runs already is no error.
    func start(_ container: ContainerReference) throws -> Bool
    func restart(_ container: ContainerReference) throws -> Bool
}

/// One engine's socket, with errors in its name.
struct EngineLine: Sendable {
    let engine: Engine

    func answer(_ path: String, about what: String) throws -> [UInt8] {
        let answer = try ask("about \(what)", .GET, path)
        guard answer.status == 200 else {
            throw EngineError(
                "engine.refused",
                "\(engine.kind.rawValue) was asked about \(what): \(answer.complaint)"
            )
        }
        return answer.bytes
    }

    /// "to start web1", with whatever status. Errors: nobody answers.
    func ask(
        _ what: String,
        _ method: HTTPMethod,
        _ path: String,
        body: [UInt8]? = nil,
        patience: TimeAmount = .seconds(5)
    ) throws -> EngineSocket.Answer {
        do {
            return try EngineSocket(path: engine.socket).ask(method, path, body: body, patience: patience)
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(
                "engine.silent",
                "\(engine.kind.rawValue) does not answer on \(engine.socket) when it is asked \(what): \(error)",
                exitCode: .notHealed
            )
        }
    }

    func refusal(_ what: String, _ answer: EngineSocket.Answer) -> EngineError {
        EngineError(
            "engine.refused",
            "\(engine.kind.rawValue) refuses \(what): \(answer.complaint)",
            exitCode: .notHealed
        )
    }
}

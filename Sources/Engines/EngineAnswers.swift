package import Containers
import Foundation

/// What engines answer, as JSON: Docker's Engine API, which Podman speaks too. What is not looked at is not decoded, since
/// the two and their versions differ in it.
package enum EngineAnswers {
    /// Of GET /containers/json?all=true.
    package static func containers(_ bytes: [UInt8], of engine: EngineKind) throws(EngineError) -> [Container]
    {
        let listed: [Listed] = try decode(bytes, "list of containers", of: engine)
        return listed.map { entry in
            Container(
                engine: engine,
                id: entry.id,
                name: entry.names?.first.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
                    ?? String(entry.id.prefix(12)),
                image: entry.image ?? "",
                labels: entry.labels ?? [:],
                state: entry.state ?? "unknown"
            )
        }
    }

    /// Of GET /containers/ID/json, for what the list does not tell.
    package static func details(_ bytes: [UInt8], of container: Container) throws(EngineError) -> Container {
        let found: Inspected = try decode(bytes, "answer about \(container.name)", of: container.engine)
        guard found.id == container.id else {
            throw EngineError(
                "engine.answer",
                "\(container.engine.rawValue) was asked about \(container.id) and told of \(found.id)"
            )
        }
        var container = container
        let pid = found.state.pid ?? 0
        container.initPid = found.state.running == true && pid > 0 ? pid : nil
        container.unstartable = found.hostConfig?.autoRemove == true ? "is removed when it ends (--rm)" : nil
        return container
    }

    /// The engine's own words for why it refuses: `{"message": "…"}`.
    package static func complaint(_ bytes: [UInt8]) -> String? {
        struct Complaint: Decodable { let message: String }
        return (try? JSONDecoder().decode(Complaint.self, from: Data(bytes)))?.message
    }

    private static func decode<Answer: Decodable>(_ bytes: [UInt8], _ what: String, of engine: EngineKind)
        throws(EngineError) -> Answer
    {
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(bytes))
        } catch {
            throw EngineError(
                "engine.answer",
                "\(engine.rawValue)'s \(what) cannot be read (\(bytes.count) bytes): is it an engine that listens there?"
            )
        }
    }

    private struct Listed: Decodable {
        let id: String
        let names: [String]?
        let image: String?
        let labels: [String: String]?
        let state: String?

        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case names = "Names"
            case image = "Image"
            case labels = "Labels"
            case state = "State"
        }
    }

    private struct Inspected: Decodable {
        struct State: Decodable {
            let running: Bool?
            let pid: Int32?

            enum CodingKeys: String, CodingKey {
                case running = "Running"
                case pid = "Pid"
            }
        }

        struct HostConfig: Decodable {
            let autoRemove: Bool?

            enum CodingKeys: String, CodingKey {
                case autoRemove = "AutoRemove"
            }
        }

        let id: String
        let state: State
        let hostConfig: HostConfig?

        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case state = "State"
            case hostConfig = "HostConfig"
        }
    }
}

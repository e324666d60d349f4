import Containers
import Foundation

/// What LXD answers, as JSON. What is not looked at is not decoded.
enum LXDAnswers {
    /// Of GET /1.0/instances?recursion=2&all-projects=true.
    static func containers(_ bytes: [UInt8], of engine: EngineKind) throws(EngineError) -> [Container] {
        let instances: [Instance]
        do {
            instances = try JSONDecoder().decode(Answer.self, from: Data(bytes)).metadata
        } catch {
            throw EngineError(
                "engine.answer",
                "\(engine.rawValue)'s list of instances cannot be read (\(bytes.count) bytes): is it an engine that "
                    + "listens there?"
            )
        }
        return instances.filter { $0.type ?? "container" == "container" }.map { container($0, engine) }
    }

    private static func container(_ instance: Instance, _ engine: EngineKind) -> Container {
        let config = instance.config ?? [:]
        let labels = config.filter { $0.key.hasPrefix("user.") }.map {
            (String($0.key.dropFirst(5)), $0.value)
        }
        let project = instance.project ?? "default"
        let pid = instance.state?.pid ?? 0
        var container = Container(
            engine: engine,
            id: project == "default" ? instance.name : "\(project)_\(instance.name)",
            name: instance.name,
            image: image(config),
            labels: Dictionary(labels) { first, _ in first },
            state: states[instance.status ?? ""] ?? (instance.status ?? "unknown").lowercased()
        )
        container.initPid = pid > 0 ? pid : nil
        container.unstartable = instance.ephemeral == true ? "is removed when it ends (ephemeral)" : nil
        return container
    }

    /// In the words of other engines.
    private static let states = ["Running": "running", "Frozen": "paused", "Stopped": "exited"]

    /// "ubuntu:22.04", as `lxc launch` takes it; else how its image calls itself.
    private static func image(_ config: [String: String]) -> String {
        guard let system = config["image.os"], !system.isEmpty else {
            return config["image.description"] ?? String((config["volatile.base_image"] ?? "").prefix(12))
        }
        let release = config["image.version"] ?? config["image.release"]
        return (system + (release.map { ":\($0)" } ?? "")).lowercased()
    }

    /// The operation that a change was accepted as, a path.
    static func operation(_ bytes: [UInt8]) -> String? {
        struct Accepted: Decodable { let operation: String }
        let path = (try? JSONDecoder().decode(Accepted.self, from: Data(bytes)))?.operation
        return path.flatMap { $0.hasPrefix("/1.0/operations/") ? $0 : nil }
    }

    /// The instance and its project, from the name by which LXC knows it.
    static func place(of container: ContainerReference) -> (instance: String, project: String) {
        let project = container.id.dropLast(container.name.utf8.count)
        return (container.name, project.hasSuffix("_") ? String(project.dropLast()) : "default")
    }

    private struct Answer: Decodable { let metadata: [Instance] }

    private struct Instance: Decodable {
        struct State: Decodable { let pid: Int32? }

        let name: String
        let status: String?
        let type: String?
        let project: String?
        let config: [String: String]?
        let ephemeral: Bool?
        let state: State?
    }
}

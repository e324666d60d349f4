package import Containers
import LinuxSystem
import Measures
import Processes

/// One engine, by its socket.
package struct Engine: Sendable, Hashable, Codable {
    package let kind: EngineKind
    /// Its Unix socket; of LXC without a daemon the folder of its containers; of Kubernetes the kubeconfig file, or the folder
    /// of a pod's service account.
    package let socket: String

    package init(_ kind: EngineKind, socket: String) {
        self.kind = kind
        self.socket = socket
    }

    /// All of them, those that do not run too; without what only `details` tells.
    package func containers() throws -> [Container] { try api.containers() }

    package func details(_ container: Container) throws -> Container { try api.details(container) }

    fileprivate var api: any EngineAPI {
        switch kind {
        case .docker, .podman: DockerAPI(line: EngineLine(engine: self))
        case .lxd, .incus: LXDAPI(line: EngineLine(engine: self))
        case .containerd, .crio: RuntimeAPI(engine: self)
        case .lxc: LXCFolder(engine: self)
        case .kubernetes: KubernetesAPI(place: socket)
        }
    }

    /// An engine takes a moment to notice that a container was killed, and says until then that it runs, or refuses.
    fileprivate func ensureRuns(_ reference: ContainerReference) throws {
        let container = Container(
            engine: kind,
            id: reference.id,
            name: reference.name,
            image: "",
            state: "unknown"
        )
        let patience = Clocks.monotonic() + 10_000_000_000
        var refusal: EngineError?
        while Clocks.monotonic() < patience {
            if let pid = try details(container).initPid, ProcessTable.status(of: pid)?.isAlive ?? false {
                return
            }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 100_000_000)
            do {
                guard try api.start(reference) else { return }
            } catch let error as EngineError where error.code == "engine.refused" {
                refusal = error
            }
        }
        throw refusal
            ?? EngineError(
                "engine.not-started",
                "\(kind.rawValue) started \(reference.name), and it does not run; see: \(kind.logs) \(reference.name)",
                exitCode: .notHealed
            )
    }
}

extension EngineKind {
    /// The command that shows what a container said.
    fileprivate var logs: String {
        switch self {
        case .docker, .podman: "\(rawValue) logs"
        case .lxd: "lxc info --show-log"
        case .incus: "incus info --show-log"
        case .lxc: "lxc-info"
        case .containerd, .crio: "crictl logs"
        case .kubernetes: "kubectl logs"
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
        _ = try engine.api.restart(self)
        try engine.ensureRuns(self)
    }

    /// Twice is once; one that was removed meanwhile is gone for good, and nothing can be started.
    package func start() throws {
        do {
            guard try engine.api.start(self) else { return }
        } catch let error as EngineError where error.code == "engine.refused" {
            // It may not have noticed yet that it was killed: tried again while it does not run.
        }
        try engine.ensureRuns(self)
    }
}

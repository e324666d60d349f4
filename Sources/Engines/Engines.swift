package import Containers
import LinuxSystem

/// The engines of this host that may be asked.
package struct Engines: Sendable, Hashable {
    package let engines: [Engine]
    /// Why no other may be asked, for a person; nil: nobody forbids it.
    package let restriction: String?

    package init(_ engines: [Engine], restriction: String? = nil) {
        self.engines = engines
        self.restriction = restriction
    }

    package static let none = Engines([])

    private static let usual: [EngineKind: [String]] = [
        .docker: ["/run/docker.sock", "/var/run/docker.sock"],
        .podman: ["/run/podman/podman.sock"],
        .lxd: ["/var/lib/lxd/unix.socket", "/var/snap/lxd/common/lxd/unix.socket"],
        .incus: ["/var/lib/incus/unix.socket"],
        .lxc: ["/var/lib/lxc"],
        .containerd: ["/run/containerd/containerd.sock"],
        .crio: ["/run/crio/crio.sock"],
        .kubernetes: ["/var/run/secrets/kubernetes.io/serviceaccount"],
    ]

    /// Their usual sockets; where an engine's own variable names another, that one (DOCKER_HOST, CONTAINER_HOST, LXD_DIR,
    /// INCUS_DIR, KUBECONFIG).
    package static func usual(environment: (String) -> String?) -> Engines {
        let variables: [EngineKind: String] = [.docker: "DOCKER_HOST", .podman: "CONTAINER_HOST"]
        let folders: [EngineKind: String] = [.lxd: "LXD_DIR", .incus: "INCUS_DIR"]
        let engines = EngineKind.allCases.compactMap { kind -> Engine? in
            let named = variables[kind].flatMap(environment).flatMap { text -> String? in
                text.hasPrefix("unix://") ? String(text.dropFirst(7)) : nil
            }
            if let named { return Engine(kind, socket: named) }
            if kind == .kubernetes, let file = environment("KUBECONFIG") {
                return Engine(kind, socket: file)
            }
            if let folder = folders[kind].flatMap(environment) {
                return Engine(kind, socket: "\(folder)/unix.socket")
            }
            let places = usual[kind] ?? []
            return (places.first { Directory.resolved($0) != nil } ?? places.first).map {
                Engine(kind, socket: $0)
            }
        }
        return Engines(engines)
    }

    /// The running containers that are meant, each with its engine and its details.
    /// Errors: no engine is there; none runs, or too many; the engine does not answer.
    package func find(_ selector: ContainerSelector) throws -> [(container: Container, engine: Engine)] {
        var all: [Container] = []
        var asked: [EngineKind: Engine] = [:]
        for engine in engines where selector.engine == nil || selector.engine == engine.kind {
            guard Directory.resolved(engine.socket) != nil else { continue }
            do {
                all += try engine.containers()
            } catch let error as EngineError
                where error.code == EngineError.servesNoKubelet && selector.engine == nil
            {
                continue
            }
            asked[engine.kind] = engine
        }
        guard !asked.isEmpty else { throw nobody(selector) }
        return try ContainerDirectory(all).select(selector).compactMap { container in
            try asked[container.engine].map { (try $0.details(container), $0) }
        }
    }

    private func nobody(_ selector: ContainerSelector) -> EngineError {
        let meant = engines.filter { selector.engine == nil || selector.engine == $0.kind }
        guard !meant.isEmpty else {
            let whom = selector.engine.map { "\($0.rawValue) must not" } ?? "no engine may"
            return EngineError(
                "engine.forbidden",
                "\(selector.text): \(whom) be asked on this host" + (restriction.map { " (\($0))" } ?? "")
            )
        }
        let places = meant.map { "\($0.kind.rawValue) at \($0.socket)" }.joined(separator: ", ")
        return EngineError(
            "engine.none",
            "\(selector.text): no engine runs here (looked for \(places)); start it, or podman system service, or name "
                + "its socket in the agent's policy: engines: { docker: /path/docker.sock }"
        )
    }
}

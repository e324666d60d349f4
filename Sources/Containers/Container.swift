// Words of this target. An *engine* runs containers and is asked on its Unix socket:
// Docker and Podman by Docker's Engine API, LXD and Incus by LXD's; Kubernetes is asked at its API server. A *container* is
// what it said of one. A *selector* says which are meant; the *directory* finds them among all that the engines know, and
// is pure: what engines answer is a parameter.

/// Who runs containers on this host.
package enum EngineKind: String, Sendable, Codable, Hashable, CaseIterable {
    case docker
    case podman
    case lxd
    case incus
    /// The pods of this node, whatever runs their containers.
    case kubernetes
}

/// One container of one engine, as the engine told.
package struct Container: Sendable, Hashable {
    package let engine: EngineKind
    package let id: String
    package let name: String
    package let image: String
    package let labels: [String: String]
    /// "running", "exited", …
    package let state: String
    /// In the engine's pid namespace; nil: it does not run, or nobody asked yet.
    package var initPid: Int32?
    /// Why nobody who is asked can start it again when it has ended, as in "web1 …"; nil: its engine can.
    package var unstartable: String?

    package init(
        engine: EngineKind,
        id: String,
        name: String,
        image: String,
        labels: [String: String] = [:],
        state: String,
        initPid: Int32? = nil,
        unstartable: String? = nil
    ) {
        self.engine = engine
        self.id = id
        self.name = name
        self.image = image
        self.labels = labels
        self.state = state
        self.initPid = initPid
        self.unstartable = unstartable
    }

    /// Paused by its engine counts: it is there.
    package var isRunning: Bool { state == "running" || state == "paused" }

    /// Whether this part of a control group's path is its own group's.
    package func bears(_ part: Substring) -> Bool {
        switch engine {
        case .docker, .podman, .kubernetes: id.utf8.count >= 12 && part.contains(id)
        case .lxd, .incus: part == "lxc.payload.\(id)"
        }
    }

    /// "web1 (docker, redis:7)".
    package var text: String { "\(name) (\(engine.rawValue), \(image))" }
}

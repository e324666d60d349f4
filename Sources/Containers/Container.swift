// Words of this target. An *engine* runs containers and is asked on its Unix socket:
// Docker and Podman by Docker's Engine API, LXD and Incus by LXD's, containerd and CRI-O as a kubelet asks them (CRI); LXC's
// containers are folders and control groups, and Kubernetes is asked at its API server. A *container* is
// what it said of one. A *selector* says which are meant; the *directory* finds them among all that the engines know, and
// is pure: what engines answer is a parameter.

/// Who runs containers on this host.
package enum EngineKind: String, Sendable, Codable, Hashable, CaseIterable {
    case docker
    case podman
    case lxd
    case incus
    /// LXC's own tools, without a daemon.
    case lxc
    /// What a kubelet has containerd run (CRI).
    case containerd
    /// The same of CRI-O.
    case crio
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

    /// LXC's groups are called by the instance: "lxc.payload.web1".
    package static let lxcGroup = "lxc.payload."

    /// Its own group, whatever groups it has made below, of a path that a process of it is in: up to the part that bears its
    /// id, "/docker/ID", "/machine.slice/libpod-ID.scope", "/kubepods/pod…/ID", "/lxc.payload.NAME". nil: none does.
    package func ownGroup(in path: String) -> String? {
        let parts = path.split(separator: "/")
        guard let own = parts.firstIndex(where: bears) else { return nil }
        return "/" + parts[...own].joined(separator: "/")
    }

    /// Whether this part of a control group's path is its own group's.
    package func bears(_ part: Substring) -> Bool {
        switch engine {
        case .docker, .podman, .containerd, .crio, .kubernetes: id.utf8.count >= 12 && part.contains(id)
        case .lxd, .incus, .lxc: Self.isLXC(part, of: id)
        }
    }

    /// "lxc.payload.web1"; "lxc.payload.web1-2" where groups of that name were there already.
    private static func isLXC(_ part: Substring, of id: String) -> Bool {
        guard part.hasPrefix(lxcGroup + id) else { return false }
        let rest = part.dropFirst(lxcGroup.count + id.count)
        return rest.isEmpty
            || (rest.first == "-" && rest.dropFirst().allSatisfy(\.isWholeNumber) && rest.count > 1)
    }

    /// "web1 (docker, redis:7)".
    package var text: String { "\(name) (\(engine.rawValue), \(image))" }
}

import Containers

/// How one engine's own programs are told what a test wants of them: each line is one for a shell.
protocol EngineWords: Sendable {
    /// Where all of it lives.
    var folder: String { get }
    var socket: String { get }
    /// What is started first, and ends when it is told to.
    var daemon: String { get }
    /// After the files of the image are there: makes it one of the engine's.
    var finishImage: String { get }
    var removeAll: String { get }

    /// `network`: "none" or "host". `isRemoved`: when it ends.
    func run(_ name: String, labels: [String], network: String, isRemoved: Bool) -> String
    /// "running", "exited".
    func state(_ name: String) -> String
    func pid(_ name: String) -> String
    func stop(_ name: String) -> String
    func restart(_ name: String) -> String
    func remove(_ name: String) -> String
}

extension EngineWords {
    var image: String { "\(folder)/image" }

    var environment: [String: String] {
        ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder, "LXD_DIR": "\(folder)/lxd"]
    }

    /// An image of a shell and two children that sleep.
    var importImage: String {
        """
        mkdir -p \(image)/rootfs/bin && cp /bin/busybox \(image)/rootfs/bin/ &&
        ln -s busybox \(image)/rootfs/bin/sh && ln -s busybox \(image)/rootfs/bin/sleep && \(finishImage)
        """
    }
}

extension EngineKind {
    /// The programs that a test needs.
    var needed: [String] {
        let needed: [String] =
            switch self {
            case .docker: ["/usr/sbin/dockerd", "/usr/bin/docker"]
            case .podman: ["/usr/bin/podman", "/usr/sbin/runc"]
            case .lxc: ["/usr/bin/lxc-start"]
            default: ["/usr/bin/lxd", "/usr/bin/lxc"]
            }
        return needed + ["/bin/busybox"]
    }

    func words(in folder: String) -> any EngineWords {
        switch self {
        case .docker: DockerWords(folder: folder)
        case .podman: PodmanWords(folder: folder)
        case .lxc: LXCWords(folder: folder)
        default: LXDWords(folder: folder)
        }
    }
}

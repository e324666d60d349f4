import Glibc

/// What LXC's own tools are told: containers are folders, each with a copy of the image. They reach a container by an abstract
/// socket, which belongs to a network namespace: here the test's own, as an agent's is its host's.
struct LXCWords: EngineWords {
    let folder: String
    /// There is none: something that ends when it is told to.
    let daemon = "sleep 1000"
    /// The folder in which its containers are.
    var socket: String { "\(folder)/lxc" }

    /// The first process of each container.
    var finishImage: String {
        """
        cd \(image)/rootfs && mkdir -p dev proc sys &&
        printf '#!/bin/sh\\nsleep 1000 &\\nsleep 1001 &\\nwait\\n' > init && chmod +x init
        """
    }

    func run(_ name: String, labels: [String], network: String, isRemoved: Bool) -> String {
        let lines =
            [
                "lxc.uts.name = \(name)", "lxc.rootfs.path = dir:\(socket)/\(name)/rootfs",
                "lxc.init.cmd = /init",
                "lxc.apparmor.profile = unconfined",
                "lxc.net.0.type = \(network == "host" ? "none" : "empty")",
                "lxc.ephemeral = \(isRemoved ? 1 : 0)",
            ] + labels.map { "lxc.group = \($0)" }
        return """
            mkdir -p \(socket)/\(name) && cp -a \(image)/rootfs \(socket)/\(name)/ &&
            printf '\(lines.joined(separator: "\\n"))\\n' > \(socket)/\(name)/config && \(start(name))
            """
    }

    private func start(_ name: String) -> String {
        "\(lxc)start \(of(name)) -d && \(lxc)wait \(of(name)) -s RUNNING -t 10"
    }
    func restart(_ name: String) -> String { "\(stop(name)); \(start(name))" }
    func stop(_ name: String) -> String { "\(lxc)stop \(of(name)) -k" }
    func remove(_ name: String) -> String { "\(lxc)stop \(of(name)) -k; rm -r \(socket)/\(name)" }
    func pid(_ name: String) -> String { "\(lxc)info \(of(name)) -pH" }

    func state(_ name: String) -> String {
        "\(lxc)info \(of(name)) -sH | sed 's/STOPPED/exited/; s/RUNNING/running/'"
    }

    var removeAll: String { "for name in $(ls \(socket)); do \(lxc)stop -P \(socket) -n $name -k; done" }

    private var lxc: String { "nsenter --net=/proc/\(getpid())/ns/net lxc-" }

    private func of(_ name: String) -> String { "-P \(socket) -n \(name)" }
}

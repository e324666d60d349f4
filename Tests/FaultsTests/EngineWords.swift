import Containers

/// How one engine's own programs are told what a test wants of them.
struct EngineWords: Sendable {
    let kind: EngineKind
    let folder: String

    var socket: String {
        switch kind {
        case .lxd: "\(folder)/lxd/unix.socket"
        case .lxc: lxc.folder
        default: "\(folder)/engine.sock"
        }
    }

    private var lxc: LXCWords { LXCWords(folder: "\(folder)/lxc", image: "\(folder)/image") }

    /// The programs that a test needs.
    static func needed(_ kind: EngineKind) -> [String] {
        let needed: [String] =
            switch kind {
            case .docker: ["/usr/sbin/dockerd", "/usr/bin/docker"]
            case .podman: ["/usr/bin/podman", "/usr/sbin/runc"]
            case .lxc: ["/usr/bin/lxc-start"]
            default: ["/usr/bin/lxd", "/usr/bin/lxc"]
            }
        return needed + ["/bin/busybox"]
    }

    /// Docker needs the cgroup mounts that `ip netns exec` hides: only the network is another.
    var daemon: String {
        switch kind {
        case .docker:
            "dockerd --data-root \(folder)/data --exec-root \(folder)/exec -H unix://\(socket) "
                + "-p \(folder)/pid --default-ulimit nofile=1024:4096 --bridge=none --iptables=false"
        case .podman: "\(program) system service -t 0 unix://\(socket)"
        // There is none: something that ends when it is told to.
        case .lxc: "sleep 1000"
        default: "lxd --group root"
        }
    }

    var environment: [String: String] {
        ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder, "LXD_DIR": "\(folder)/lxd"]
    }

    /// An image of a shell and two children that sleep.
    var importImage: String {
        let files = """
            mkdir -p \(folder)/image/rootfs/bin && cp /bin/busybox \(folder)/image/rootfs/bin/ &&
            ln -s busybox \(folder)/image/rootfs/bin/sh && ln -s busybox \(folder)/image/rootfs/bin/sleep
            """
        if kind == .lxc { return "\(files) && \(lxc.finishImage)" }
        guard kind == .lxd else {
            return "\(files) && tar c -C \(folder)/image/rootfs . | \(program) import - faultline-test:1"
        }
        let about =
            #"architecture: x86_64\ncreation_date: 1700000000\nproperties: {os: faultline-test, version: "1"}\n"#
        return """
            \(files) && cd \(folder)/image && mkdir -p rootfs/sbin rootfs/etc rootfs/dev rootfs/proc rootfs/sys &&
            ln -s ../bin/busybox rootfs/sbin/init && printf '\(about)' > metadata.yaml &&
            printf '::respawn:/bin/sleep 1000\\n::respawn:/bin/sleep 1001\\n' > rootfs/etc/inittab &&
            tar czf ../image.tgz metadata.yaml rootfs && \(program) storage create pool dir &&
            \(program) image import ../image.tgz --alias tiny
            """
    }

    /// `network`: "none" or "host". `isRemoved`: when it ends.
    func run(_ name: String, labels: [String], network: String, isRemoved: Bool) -> String {
        if kind == .lxc { return lxc.run(name, labels: labels, network: network, isRemoved: isRemoved) }
        guard kind == .lxd else {
            let limits = kind == .podman ? "--ulimit nofile=1024:4096 --ulimit nproc=4096:4096" : ""
            let words = labels.map { "--label \($0)" } + (isRemoved ? ["--rm"] : [])
            return """
                \(program) run -d --name \(name) --network \(network) \(limits) \(words.joined(separator: " ")) \
                faultline-test:1 sh -c 'sleep 1000 & sleep 1001 & wait'
                """
        }
        let words = labels.map { "-c user.\($0)" } + (isRemoved ? ["-e"] : [])
        return """
            \(program) launch tiny \(name) -s pool -c security.privileged=true \
            -c raw.lxc=lxc.apparmor.profile=unconfined \(words.joined(separator: " "))
            """
    }

    /// "running", "exited".
    func state(_ name: String) -> String {
        if kind == .lxc { return lxc.state(name) }
        return kind == .lxd
            ? "\(program) list -f csv -c s ^\(name)$ | sed 's/STOPPED/exited/; s/RUNNING/running/'"
            : "\(program) inspect -f '{{.State.Status}}' \(name)"
    }

    func pid(_ name: String) -> String {
        if kind == .lxc { return lxc.pid(name) }
        return kind == .lxd
            ? "\(program) info \(name) | sed -n 's/^PID: //p'"
            : "\(program) inspect -f '{{.State.Pid}}' \(name)"
    }

    func stop(_ name: String) -> String {
        kind == .lxc ? lxc.stop(name) : "\(program) stop \(kind == .lxd ? "-f" : "-t 0") \(name)"
    }

    func restart(_ name: String) -> String {
        kind == .lxc
            ? "\(lxc.stop(name)); \(lxc.start(name))"
            : "\(program) restart \(kind == .lxd ? "-f" : "-t 0") \(name)"
    }

    func remove(_ name: String) -> String {
        kind == .lxc ? lxc.remove(name) : "\(program) \(kind == .lxd ? "delete" : "rm") -f \(name)"
    }

    var removeAll: String {
        if kind == .lxc { return lxc.removeAll }
        return kind == .lxd
            ? "for name in $(\(program) list -f csv -c n); do \(program) delete -f $name; done"
            : "\(program) rm -f -t 0 $(\(program) ps -aq) || \(program) rm -f $(\(program) ps -aq)"
    }

    private var program: String {
        switch kind {
        case .docker: "docker -H unix://\(socket)"
        case .podman:
            "podman --runtime=runc --root \(folder)/root --runroot \(folder)/run --cgroup-manager=cgroupfs "
                + "--events-backend=none"
        default: "env HOME=\(folder) LXD_DIR=\(folder)/lxd lxc -q"
        }
    }
}

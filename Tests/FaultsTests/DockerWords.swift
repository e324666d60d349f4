/// What Docker's program understands, and Podman's.
protocol DockerLikeWords: EngineWords {
    var program: String { get }
    /// Of every container.
    var limits: String { get }
}

extension DockerLikeWords {
    var socket: String { "\(folder)/engine.sock" }
    var finishImage: String { "tar c -C \(image)/rootfs . | \(program) import - faultline-test:1" }
    var removeAll: String {
        "\(program) rm -f -t 0 $(\(program) ps -aq) || \(program) rm -f $(\(program) ps -aq)"
    }

    func run(_ name: String, labels: [String], network: String, isRemoved: Bool) -> String {
        let words = labels.map { "--label \($0)" } + (isRemoved ? ["--rm"] : [])
        return """
            \(program) run -d --name \(name) --network \(network) \(limits) \(words.joined(separator: " ")) \
            faultline-test:1 sh -c 'sleep 1000 & sleep 1001 & wait'
            """
    }

    func state(_ name: String) -> String { "\(program) inspect -f '{{.State.Status}}' \(name)" }
    func pid(_ name: String) -> String { "\(program) inspect -f '{{.State.Pid}}' \(name)" }
    func stop(_ name: String) -> String { "\(program) stop -t 0 \(name)" }
    func restart(_ name: String) -> String { "\(program) restart -t 0 \(name)" }
    func remove(_ name: String) -> String { "\(program) rm -f \(name)" }
}

struct DockerWords: DockerLikeWords {
    let folder: String
    let limits = ""
    var program: String { "docker -H unix://\(socket)" }

    /// It needs the cgroup mounts that `ip netns exec` hides: only the network is another.
    var daemon: String {
        "dockerd --data-root \(folder)/data --exec-root \(folder)/exec -H unix://\(socket) "
            + "-p \(folder)/pid --default-ulimit nofile=1024:4096 --bridge=none --iptables=false"
    }
}

struct PodmanWords: DockerLikeWords {
    let folder: String
    let limits = "--ulimit nofile=1024:4096 --ulimit nproc=4096:4096"
    var daemon: String { "\(program) system service -t 0 unix://\(socket)" }

    var program: String {
        "podman --runtime=runc --root \(folder)/root --runroot \(folder)/run --cgroup-manager=cgroupfs "
            + "--events-backend=none"
    }
}

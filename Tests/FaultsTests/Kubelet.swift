import GRPCCore
import GRPCNIOTransportHTTP2Posix
import LinuxSystem
import Measures
import Processes
import RuntimeProtocol
import SwiftProtobuf
import TestSupport

/// A real containerd, and what a kubelet asks of it: pods with a network of their own, on a bridge of none.
struct Kubelet: Sendable {
    static let image = "docker.io/library/faultline-test:1"
    static let needed = [
        "/usr/bin/containerd", "/usr/bin/ctr", "/usr/lib/cni/ptp", "/usr/sbin/runc", "/bin/busybox",
    ]
    let folder: String
    let namespace: NetworkNamespace
    var socket: String { "\(folder)/engine.sock" }

    struct Pod: Sendable {
        let id: String
        let configuration: Runtime_V1_PodSandboxConfig
    }

    static func with(_ body: (Kubelet) async throws -> Void) async throws {
        try await withTestNamespaces(count: 1, wired: false) { hosts in
            let folder = "/tmp/fl-cri-\(Clocks.monotonic())"
            try Directory.make("\(folder)/cni")
            let kubelet = Kubelet(folder: folder, namespace: hosts[0].namespace)
            let daemon = try kubelet.start()
            var failure: (any Error)?
            do { try await body(kubelet) } catch { failure = error }
            await kubelet.end(daemon)
            if let failure { throw failure }
        }
    }

    func run(_ name: String, labels: [String: String] = [:], onHost: Bool = false) async throws -> Pod {
        var pod = Runtime_V1_PodSandboxConfig()
        pod.metadata.name = name
        pod.metadata.namespace = "shop"
        pod.metadata.uid = "uid-\(name)"
        pod.labels = labels
        pod.logDirectory = folder
        pod.linux.securityContext.namespaceOptions.network = onHost ? .node : .pod
        let configuration = pod
        let reply = try await ask { try await $0.runPodSandbox(.with { $0.config = configuration }) }
        return Pod(id: reply.podSandboxID, configuration: configuration)
    }

    /// A container that was not there before, as after each of its ends. Its id.
    func start(_ name: String, attempt: UInt32 = 0, in pod: Pod) async throws -> String {
        let id = try await ask {
            try await $0.createContainer(
                .with {
                    $0.podSandboxID = pod.id
                    $0.sandboxConfig = pod.configuration
                    $0.config.metadata.name = name
                    $0.config.metadata.attempt = attempt
                    $0.config.image.image = Self.image
                    $0.config.command = ["/bin/sh", "-c", "sleep 1000 & sleep 1001 & wait"]
                    $0.config.labels = ["io.kubernetes.container.name": name]
                }
            ).containerID
        }
        _ = try await ask { try await $0.startContainer(.with { $0.containerID = id }) }
        return id
    }

    private func ask<Reply: Sendable>(
        _ body: @Sendable (Runtime_V1_RuntimeService.Client<HTTP2ClientTransport.Posix>) async throws -> Reply
    ) async throws -> Reply {
        let transport = try HTTP2ClientTransport.Posix(
            target: .unixDomainSocket(path: socket),
            transportSecurity: .plaintext,
            config: .defaults { $0.http2.authority = "localhost" }
        )
        return try await withGRPCClient(transport: transport) { client in
            try await body(Runtime_V1_RuntimeService.Client(wrapping: client))
        }
    }

    private func start() throws -> ProcessHandle {
        let files = [
            "config.toml": """
            version = 2
            root = "\(folder)/data"
            state = "\(folder)/state"
            [grpc]
              address = "\(socket)"
            [plugins."io.containerd.internal.v1.opt"]
              path = "\(folder)/opt"
            [plugins."io.containerd.grpc.v1.cri"]
              sandbox_image = "\(Self.image)"
              restrict_oom_score_adj = true
              disable_apparmor = true
              [plugins."io.containerd.grpc.v1.cri".cni]
                bin_dir = "/usr/lib/cni"
                conf_dir = "\(folder)/cni"

            """,
            "cni/10.conflist": """
            {"cniVersion": "0.4.0", "name": "faultline", "plugins": [{"type": "ptp", "ipam": {"type": "host-local",
            "dataDir": "\(folder)/ipam", "ranges": [[{"subnet": "10.88.1.0/24"}]]}}]}

            """,
        ]
        for (name, text) in files {
            try FileContents.writeAtomically(Array(text.utf8), to: "\(folder)/\(name)")
        }
        let command = Command(
            ["containerd", "-c", "\(folder)/config.toml"],
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
            log: "\(folder)/log"
        )
        let daemon = try namespace.inside { try Spawner.spawn(command) }
        let imported = try conformanceShell(Self.importImage(folder, socket), in: namespace)
        guard imported.status == 0 else {
            _ = try? daemon.signal(9)
            _ = daemon.wait(for: .seconds(5))
            let log = (try? FileContents.text("\(folder)/log")) ?? ""
            throw SystemError("start containerd", refused: imported.text + log.suffix(600))
        }
        return daemon
    }

    /// A Docker archive by hand: one layer with a shell, two documents of JSON.
    private static func importImage(_ folder: String, _ socket: String) -> String {
        """
        ip link set lo up && cd \(folder) && mkdir -p root/bin image && cp /bin/busybox root/bin/ &&
        ln -s busybox root/bin/sh && ln -s busybox root/bin/sleep && tar cf image/layer.tar -C root . &&
        printf '{"architecture":"amd64","os":"linux","config":{"Cmd":["/bin/sleep","1000"]},"rootfs":{"type":"layers",\
        "diff_ids":["sha256:%s"]}}' "$(sha256sum image/layer.tar | cut -d' ' -f1)" > image/config.json &&
        printf '[{"Config":"config.json","RepoTags":["\(image)"],"Layers":["layer.tar"]}]' > image/manifest.json &&
        tar cf image.tar -C image . && for i in $(seq 100); do test -S \(socket) && break; sleep 0.1; done &&
        ctr -a \(socket) -n k8s.io images import image.tar
        """
    }

    private func end(_ daemon: ProcessHandle) async {
        if let pods = try? await ask({ try await $0.listPodSandbox(.init()) }) {
            for pod in pods.items {
                _ = try? await ask { try await $0.removePodSandbox(.with { $0.podSandboxID = pod.id }) }
            }
        }
        _ = try? daemon.signal(15)
        if daemon.wait(for: .seconds(10)) == nil {
            _ = try? daemon.signal(9)
            _ = daemon.wait(for: .seconds(5))
        }
        _ = try? conformanceShell(
            "grep -o '\(folder)/[^ ]*' /proc/mounts | sort -r | xargs -r umount; rm -rf \(folder)",
            in: namespace
        )
    }
}

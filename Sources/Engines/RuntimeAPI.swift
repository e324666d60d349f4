import Containers
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import LinuxSystem
import Measures
import RuntimeProtocol

/// Kubernetes' Container Runtime Interface, as containerd and CRI-O serve it on their sockets: what a kubelet runs on this
/// node, without an API server. Nothing is changed there: kubelets start again what a fault ended.
struct RuntimeAPI: EngineAPI {
    let engine: Engine

    var patience = Duration.seconds(5)
    private typealias Client = Runtime_V1_RuntimeService.Client<HTTP2ClientTransport.Posix>

    func containers() throws -> [Container] {
        var options = CallOptions.defaults
        options.timeout = patience
        let limited = options
        let (containers, pods) = try ask { runtime in
            (
                try await runtime.listContainers(.init(), options: limited),
                try await runtime.listPodSandbox(.init(), options: limited)
            )
        }
        return RuntimeAnswers.containers(containers.containers, pods.items, of: engine.kind)
    }

    func details(_ container: Container) throws -> Container { container.withFirstProcess() }
    func start(_ container: ContainerReference) throws -> Bool { throw EngineError(unstartable: container) }
    func restart(_ container: ContainerReference) throws -> Bool { throw EngineError(unstartable: container) }

    private func ask<Reply: Sendable>(_ body: @escaping @Sendable (Client) async throws -> Reply) throws
        -> Reply
    {
        let socket = engine.socket
        // gRPC would wait for somebody to listen.
        guard UnixSocket.isListening(socket) else { throw silent("nobody listens there") }
        do {
            return try SynchronousCall.value {
                let transport = try HTTP2ClientTransport.Posix(
                    target: .unixDomainSocket(path: socket),
                    transportSecurity: .plaintext,
                    config: .defaults { $0.http2.authority = "localhost" }
                )
                return try await withGRPCClient(transport: transport) { try await body(Client(wrapping: $0)) }
            }
        } catch let error as RPCError where error.code == .unimplemented {
            throw EngineError(
                EngineError.servesNoKubelet,
                "\(engine.kind.rawValue) answers on \(socket), and not to a kubelet: its CRI plugin is disabled (see "
                    + "disabled_plugins in its config.toml)"
            )
        } catch {
            throw silent("\(error)")
        }
    }

    private func silent(_ why: String) -> EngineError {
        EngineError(
            "engine.silent",
            "\(engine.kind.rawValue) does not answer on \(engine.socket) when it is asked about its containers: \(why)",
            exitCode: .notHealed
        )
    }
}

/// What it answers, in our words. Pure.
enum RuntimeAnswers {
    /// With the labels of their pods; those of the container win.
    static func containers(
        _ containers: [Runtime_V1_Container],
        _ pods: [Runtime_V1_PodSandbox],
        of kind: EngineKind
    ) -> [Container] {
        let pods = Dictionary(pods.map { ($0.id, $0) }) { first, _ in first }
        let sizes = Dictionary(grouping: containers) { $0.podSandboxID }.mapValues {
            Set($0.map(\.metadata.name)).count
        }
        return containers.map { container in
            let pod = pods[container.podSandboxID]
            var labels = (pod?.labels ?? [:]).merging(container.labels) { $1 }
            let own = container.metadata.name
            labels[KubernetesAnswers.labels.container] = own
            if let pod {
                labels[KubernetesAnswers.labels.pod] = pod.metadata.name
                labels[KubernetesAnswers.labels.namespace] = pod.metadata.namespace
            }
            let isAlone = sizes[container.podSandboxID] == 1
            return Container(
                engine: kind,
                id: container.id,
                name: pod.map { isAlone ? $0.metadata.name : "\($0.metadata.name)/\(own)" } ?? own,
                image: image(of: container),
                labels: labels,
                state: state(container.state),
                unstartable: "is started again by its kubelet"
            )
        }
    }

    /// As it was asked for, where the engine keeps that.
    private static func image(of container: Runtime_V1_Container) -> String {
        let asked = container.image.userSpecifiedImage
        return !asked.isEmpty
            ? asked : !container.image.image.isEmpty ? container.image.image : container.imageRef
    }

    private static func state(_ state: Runtime_V1_ContainerState) -> String {
        switch state {
        case .containerCreated: "created"
        case .containerRunning: "running"
        case .containerExited: "exited"
        case .containerUnknown, .UNRECOGNIZED: "unknown"
        }
    }
}

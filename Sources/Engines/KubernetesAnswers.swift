import Containers
import Foundation

/// What an API server answers about pods, as JSON (v1 PodList). What is not looked at is not decoded.
enum KubernetesAnswers {
    struct Page: Equatable {
        let containers: [Container]
        /// To be said for the next page; nil: this is the last.
        let next: String?
    }

    /// What kubelets have engines call these; here of pods whatever runs them.
    static let labels = (
        pod: "io.kubernetes.pod.name", namespace: "io.kubernetes.pod.namespace",
        container: "io.kubernetes.container.name"
    )

    static func page(_ bytes: [UInt8]) throws(EngineError) -> Page {
        let list: PodList
        do {
            list = try JSONDecoder().decode(PodList.self, from: Data(bytes))
        } catch {
            throw EngineError(
                "engine.answer",
                "kubernetes' list of pods cannot be read (\(bytes.count) bytes): is it an API server that answers there?"
            )
        }
        let next = list.metadata?.next ?? ""
        return Page(containers: list.items.flatMap(containers), next: next.isEmpty ? nil : next)
    }

    /// Those that have run: one that waits for its first start has no id yet.
    private static func containers(of pod: Pod) -> [Container] {
        let statuses = pod.status?.containerStatuses ?? []
        return statuses.compactMap { status in
            guard let id = status.containerID.flatMap(identifier) else { return nil }
            var labels = pod.metadata.labels ?? [:]
            labels[Self.labels.pod] = pod.metadata.name
            labels[Self.labels.namespace] = pod.metadata.namespace ?? "default"
            labels[Self.labels.container] = status.name
            return Container(
                engine: .kubernetes,
                id: id,
                name: statuses.count == 1 ? pod.metadata.name : "\(pod.metadata.name)/\(status.name)",
                image: status.image ?? "",
                labels: labels,
                state: state(status.state),
                unstartable: "is started again by its kubelet"
            )
        }
    }

    private static func state(_ state: Pod.ContainerStatus.State?) -> String {
        guard let state else { return "unknown" }
        return state.running != nil ? "running" : state.terminated != nil ? "exited" : "waiting"
    }

    /// Of "containerd://0123…": the digits, which stand in its control group's path.
    static func identifier(_ text: String) -> String? {
        guard let scheme = text.range(of: "://") else { return nil }
        let id = text[scheme.upperBound...]
        let isOne =
            (12...128).contains(id.utf8.count)
            && id.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        return isOne ? String(id) : nil
    }

    private struct PodList: Decodable {
        struct Metadata: Decodable {
            let next: String?

            enum CodingKeys: String, CodingKey { case next = "continue" }
        }

        let metadata: Metadata?
        let items: [Pod]
    }

    private struct Pod: Decodable {
        struct Metadata: Decodable {
            let name: String
            let namespace: String?
            let labels: [String: String]?
        }

        struct ContainerStatus: Decodable {
            struct State: Decodable {
                struct Moment: Decodable {}
                let running: Moment?
                let terminated: Moment?
            }

            let name: String
            let image: String?
            let containerID: String?
            let state: State?
        }

        struct Status: Decodable { let containerStatuses: [ContainerStatus]? }

        let metadata: Metadata
        let status: Status?
    }
}

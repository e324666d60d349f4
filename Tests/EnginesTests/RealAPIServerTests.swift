import Containers
import Foundation
import Testing

@testable import Engines

/// Against an API server that is given: KUBECONFIG and NODE_NAME, as an agent on that node has them. Reads only.
@Suite struct RealAPIServerTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static var isGiven: Bool {
        ["KUBECONFIG", "NODE_NAME"].allSatisfy { environment[$0]?.isEmpty == false }
    }

    @Test(
        "an API server that is given tells of its node's pods what a selector asks for",
        .enabled(if: isGiven, "needs KUBECONFIG and NODE_NAME of a cluster with pods on that node")
    )
    func pods() throws {
        let api = KubernetesAPI(place: try #require(Self.environment["KUBECONFIG"])) { Self.environment[$0] }
        let all = try api.containers()
        #expect(!all.isEmpty, "no pod on \(Self.environment["NODE_NAME"] ?? "")")
        for container in all where container.isRunning {
            #expect(container.id.count == 64 && container.id.allSatisfy(\.isHexDigit), "\(container)")
            let name = try #require(container.labels["io.kubernetes.pod.name"], "\(container)")
            let namespace = try #require(container.labels["io.kubernetes.pod.namespace"], "\(container)")
            let own = ContainerSelector(
                labels: ["io.kubernetes.pod.name=\(name)", "io.kubernetes.pod.namespace=\(namespace)"],
                engine: .kubernetes
            )
            #expect(all.contains { own.matches($0) && $0.id == container.id })
        }
    }
}

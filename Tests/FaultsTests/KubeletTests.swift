import Containers
import Engines
import Glibc
import Impairments
import LinuxSystem
import Measures
import Packetfilter
import Processes
import Synchronization
import TestSupport
import Testing

@testable import Faults

/// Faults on what a kubelet has containerd run, by containerd's own word (CRI), without an API server.
@Suite(
    "Faults on a kubelet's containers",
    .serialized,
    .requiresRoot,
    .requires(.networkNamespaces),
    .requires(.ownedTables),
    .requires(.packetQueues),
    .enabled(
        if: Kubelet.needed.allSatisfy { access($0, F_OK) == 0 },
        "apt-get install containerd containernetworking-plugins runc busybox-static"
    ),
    .timeLimit(.minutes(2))
)
struct KubeletTests {
    private static let web = ContainerSelector(labels: ["app=web"])

    private static func resolver(_ kubelet: Kubelet) -> TargetResolver {
        TargetResolver(
            services: Services(),
            scope: .host(),
            engines: Engines([Engine(.containerd, socket: kubelet.socket)])
        )
    }

    private static func names(_ kubelet: Kubelet, _ selector: ContainerSelector) throws -> [String] {
        try resolver(kubelet).containers(selector).map(\.container.name).sorted()
    }

    @Test("they are found by their pods' names and labels, are hit alone, and come back as others")
    func processes() async throws {
        try await Kubelet.with { kubelet in
            let web = try await kubelet.run("web-7f9", labels: ["app": "web"])
            let first = try await kubelet.start("nginx", in: web)
            let other = try await kubelet.run("db-0", labels: ["app": "db"])
            _ = try await kubelet.start("postgres", in: other)
            #expect(try Self.names(kubelet, Self.web) == ["web-7f9"])
            #expect(
                try Self.names(kubelet, ContainerSelector(name: "db-0", image: "faultline-test:1")) == [
                    "db-0"
                ]
            )
            let labels = ["io.kubernetes.pod.namespace=shop", "io.kubernetes.container.name=postgres"]
            #expect(try Self.names(kubelet, ContainerSelector(labels: labels)) == ["db-0"])
            _ = try await kubelet.start("exporter", in: web)
            let all = ContainerSelector(labels: ["app=web"], all: true)
            #expect(try Self.names(kubelet, all) == ["web-7f9/exporter", "web-7f9/nginx"])

            let nginx = ProcessTarget.container(ContainerSelector(name: "web-7f9/nginx"))
            let resolver = Self.resolver(kubelet)
            let members = try resolver.resolve(nginx).current()
            #expect(members.count == 3)
            let keeper = TestKeeper()
            let kill = try #require(KillFault(id: "k#1", target: nginx, signal: "KILL", restarts: false))
            #expect(try kill.inject(resolver, keeper).isComplete)
            #expect(eventuallyHolds { (try? Self.names(kubelet, all)) == ["web-7f9/exporter"] })
            #expect(try Self.names(kubelet, ContainerSelector(name: "db-0")) == ["db-0"])
            // A kubelet makes another one.
            let second = try await kubelet.start("nginx", attempt: 1, in: web)
            #expect(second != first)
            #expect(try Self.names(kubelet, all) == ["web-7f9/exporter", "web-7f9/nginx"])
            // Nobody but a kubelet starts it, and that is said before it is killed.
            let restarted = try #require(KillFault(id: "k#2", target: nginx, signal: "KILL", restarts: true))
            #expect(throws: (any Error).self) { try restarted.inject(resolver, keeper) }
            #expect(try Self.names(kubelet, all) == ["web-7f9/exporter", "web-7f9/nginx"])
            #expect(keeper.kept.isEmpty)
        }
    }

    @Test("packet faults act in a pod's network, and one on the node's own is refused")
    func packets() async throws {
        try await Kubelet.with { kubelet in
            let web = try await kubelet.run("web-7f9", labels: ["app": "web"])
            _ = try await kubelet.start("nginx", in: web)
            let agent = try await kubelet.run("agent", labels: ["app": "agent"], onHost: true)
            _ = try await kubelet.start("agent", in: agent)
            let keeper = TestKeeper()
            let faults = ContainerFaults(resolver: Self.resolver(kubelet), seed: 1, keeper: keeper)
            let now = Clocks.monotonic()
            let delay = { @Sendable (selector: ContainerSelector) in
                try faults.impair(
                    id: "slow#1",
                    Impairment(latency: .milliseconds(60)),
                    on: TrafficFilter(peers: [], direction: .egress),
                    in: selector,
                    window: ActingWindow(start: now, end: now + 60_000_000_000),
                    leaseUntil: now + 60_000_000_000
                ) { _ in }
            }
            // As an agent on that node.
            let refused = try kubelet.namespace.inside { () -> FaultError? in
                do {
                    _ = try delay(ContainerSelector(name: "agent"))
                    return nil
                } catch {
                    return error as? FaultError
                }
            }
            #expect(refused?.code == "fault.host-network", "\(refused?.message ?? "not refused")")
            let before = try Self.roundTrip(kubelet)
            let injection = try delay(Self.web)
            let delayed = try Self.roundTrip(kubelet)
            #expect(before.map { $0 < 60_000_000 } == true, "\(before ?? -1) ns")
            #expect(delayed.map { $0 >= 60_000_000 } == true, "\(delayed ?? -1) ns")
            try injection.heal()
            #expect(faults.differencesFromBefore() == [])
            #expect(try Self.roundTrip(kubelet).map { $0 < 60_000_000 } == true)
            #expect(keeper.kept.isEmpty)
        }
    }

    /// The median to the first pod, nanoseconds; nil: it does not answer.
    private static func roundTrip(_ kubelet: Kubelet) throws -> Int64? {
        let probe = EchoProbe(address: "10.88.1.2", interval: 10_000_000, patience: 300_000_000)
        let samples = try kubelet.namespace.inside {
            let now = Clocks.monotonic()
            return try probe.run(from: now, to: now + 100_000_000)
        }
        let trips = samples.compactMap(\.roundTrip).sorted()
        return trips.isEmpty ? nil : trips[trips.count / 2]
    }
}

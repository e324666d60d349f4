import Foundation
import Measures
import Plan
import Testing

@testable import Policy

/// Policies and requests of the tests.
enum PolicySample {
    static func read(_ yaml: String) throws -> Policy {
        try Policy(bytes: Array(yaml.utf8), fileName: "policy.yaml")
    }

    /// One rule, on line 2.
    static func of(_ rule: String) throws -> Policy { try read("faultline-policy: 1\n\(rule)\n") }

    /// The annotated one of this repository, which is what an operator copies.
    static func example() throws -> [UInt8] { try file("Policies/example.yaml") }

    /// What the package installs.
    static func packaged() throws -> [UInt8] { try file("Packaging/policy.yaml") }

    private static func file(_ path: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return Array(try Data(contentsOf: folder.appending(path: path)))
    }

    static func traffic(
        _ peers: [String] = [],
        ports: [ClosedRange<UInt16>] = [],
        tcp: Bool = true,
        interface: String? = "eth0"
    ) throws -> FaultRequest.Traffic {
        FaultRequest.Traffic(
            peers: try peers.map { FaultRequest.Peer(try NetworkText($0), name: "far") },
            ports: ports,
            includesTCP: tcp,
            interface: interface
        )
    }

    static func delay(
        _ id: String = "slow#1",
        kinds: [String] = ["delay"],
        from start: Duration = .zero,
        for length: Duration = .seconds(10),
        on traffic: FaultRequest.Traffic? = nil
    ) -> FaultRequest {
        FaultRequest(
            id: id,
            kinds: kinds,
            start: Instant(start),
            end: Instant(start + length),
            traffic: traffic
        )
    }

    static func process(
        _ names: [String],
        executable: String? = nil,
        services: [String] = [],
        cgroups: [String] = ["/"],
        container: String? = nil,
        isInUnknownContainer: Bool = false
    ) -> FaultRequest.ProcessFacts {
        FaultRequest.ProcessFacts(
            pid: 7,
            names: names,
            executable: executable,
            services: services,
            cgroups: cgroups,
            container: container,
            isInUnknownContainer: isInUnknownContainer
        )
    }

    static func kill(
        _ key: FaultRequest.Target.Key,
        _ name: String,
        hitting processes: [FaultRequest.ProcessFacts] = [],
        protection: String? = nil,
        engine: String? = nil
    ) -> FaultRequest {
        FaultRequest(
            id: "gone#1",
            kinds: ["kill"],
            start: .zero,
            end: Instant(.seconds(1)),
            target: FaultRequest.Target(
                key: key,
                name: name,
                processes: processes,
                protection: protection,
                engine: engine
            )
        )
    }
}

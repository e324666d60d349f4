import AgentProtocol
import Faults
import Foundation
import LinuxSystem
import Measures
import Policy
import Processes
import SwiftProtobuf
import TestSupport
import Testing

@testable import Agent

/// From the wire to the policy: what a coordinator asks for is judged by what it means on this host.
@Suite(.serialized) struct AdmissionTests {
    private typealias Fault = Faultline_Agent_V1_Fault

    private static func policy(_ rule: String) throws -> Policy {
        try Policy(bytes: Array("faultline-policy: 1\n\(rule)\n".utf8), fileName: "policy.yaml")
    }

    private static func fault(_ change: (inout Fault) -> Void) -> Fault {
        var fault = Fault()
        fault.id = "f#1"
        fault.endNs = 1_000_000_000
        change(&fault)
        return fault
    }

    private static func traffic(_ change: (inout Faultline_Agent_V1_Traffic) -> Void = { _ in })
        -> Faultline_Agent_V1_Traffic
    {
        .with {
            $0.direction = "egress"
            $0.flowsAttos = 1_000_000_000_000_000_000
            change(&$0)
        }
    }

    private static func impair(_ change: (inout Faultline_Agent_V1_Impair) -> Void) -> Fault {
        fault {
            $0.impair = .with {
                $0.traffic = traffic()
                change(&$0)
            }
        }
    }

    private func requests(_ faults: [Fault], services: Services = Services()) throws -> [FaultRequest] {
        try Admission(policy: .standard, services: services).requests(faults, interface: "eth7")
    }

    private func rules(_ rule: String, _ fault: Fault, services: Services = Services()) throws -> [String] {
        var request = Faultline_Agent_V1_AdmitRequest()
        request.leaseNs = 1_500_000_000
        request.interface = "eth7"
        request.faults = [fault]
        // The rule has no name where the host cannot: these tests are about no host.
        return try Admission(policy: Self.policy(rule), services: services).refusals(of: request)
            .map(\.rule).filter { !$0.isEmpty }
    }

    @Test func `an impairment is of every kind that it does`() throws {
        let half: UInt64 = 500_000_000_000_000_000
        let all = Self.impair {
            $0.latencyNs = 1_000_000
            $0.randomLoss = .with { $0.shareAttos = half }
            $0.duplicate = .with { $0.shareAttos = half }
            $0.corrupt = .with { $0.shareAttos = half }
            $0.rate = .with { $0.bitsPerSecond = 1_000_000 }
            $0.slots = .with {
                $0.minimumNs = 1_000_000
                $0.maximumNs = 2_000_000
            }
        }
        #expect(
            try requests([all])[0].kinds == ["delay", "loss", "duplicate", "corrupt", "rate", "slots"]
        )
        #expect(try requests([Self.impair { $0.latencyNs = 1 }])[0].kinds == ["delay"])
    }

    @Test func `every other fault is of the kind that experiments call it`() throws {
        let target = Faultline_Agent_V1_ProcessTarget.with { $0.service = "web" }
        let faults = [
            Self.fault { $0.drop = .with { $0.traffic = Self.traffic() } },
            Self.fault { $0.reset = .with { $0.traffic = Self.traffic() } },
            Self.fault { $0.kill = .with { $0.target = target } },
            Self.fault { $0.pause = .with { $0.target = target } },
            Self.fault { $0.restart = .with { $0.target = target } },
            Self.fault { $0.limit = .with { $0.target = target } },
            Self.fault {
                $0.stress = .with {
                    $0.cpuWorkers = 2
                    $0.cpuLoadAttos = 1_000_000_000_000_000_000
                }
            },
        ]
        let kinds = try requests(faults).flatMap(\.kinds)
        #expect(kinds == ["partition", "reset", "kill", "pause", "restart", "limit", "stress"])
    }

    @Test func `a filter without an interface acts on the run's, and a reset on none`() throws {
        let named = Self.fault { $0.drop = .with { $0.traffic = Self.traffic { $0.interface = "eth1" } } }
        let silent = Self.fault { $0.drop = .with { $0.traffic = Self.traffic() } }
        let reset = Self.fault { $0.reset = .with { $0.traffic = Self.traffic() } }
        #expect(
            try requests([named, silent, reset]).map { $0.traffic?.interface } == ["eth1", "eth7", nil]
        )
        #expect(try rules("interfaces: eth1", silent) == ["interfaces"])
        #expect(try rules("interfaces: eth1", named) == [])
    }

    @Test func `far ends and ports arrive at the policy as they were asked for`() throws {
        let fault = Self.fault {
            $0.drop = .with {
                $0.traffic = Self.traffic {
                    $0.peers = [.with { $0.address = "10.1.2.0/24" }, .with { $0.address = "fd00::1" }]
                    $0.ports = [
                        .with {
                            $0.first = 80
                            $0.last = 90
                        }
                    ]
                }
            }
        }
        #expect(try rules("peers: { never: [10.1.0.0/16] }", fault) == ["peers.never"])
        #expect(try rules("peers: { never: [\"fd00::1\"] }", fault) == ["peers.never"])
        #expect(try rules("peers: { never: [10.1.2.3] }", fault) == [])
        #expect(try rules("ports: { never: [80-443] }", fault) == ["ports.never"])
    }

    @Test(arguments: [
        (Int64(-1), Int64(5)), (5, 4), (.min, .max), (0, .max), (.max, .max), (.min, .min),
    ])
    func `a window that no plan has is refused without a trap`(start: Int64, end: Int64) {
        let fault = Self.fault {
            $0.startNs = start
            $0.endNs = end
            $0.drop = .with { $0.traffic = Self.traffic() }
        }
        #expect(throws: WireError.self) { try requests([fault]) }
    }

    /// A service of the coordinator whose process is no secret to the policy.
    private func withSleeper(_ body: (Services, ServiceProcess) throws -> Void) throws {
        let command = Command(["sleep", "60"], environment: ["PATH": "/usr/bin:/bin"])
        let service = try ServiceProcess.start(ServiceCommand(name: "web", command: command))
        defer {
            _ = try? service.kill()
            _ = service.waitGone(for: .seconds(5))
        }
        let services = Services()
        services.add(service)
        try body(services, service)
    }

    @Test func `a service is judged by the processes that it has`() throws {
        try withSleeper { (services, service) throws in
            let kill = Self.fault { $0.kill = .with { $0.target.service = "web" } }
            let deadline = ContinuousClock.now + .seconds(5)
            // Between fork and exec it still bears another name.
            while service.members.current().first?.name != "sleep", ContinuousClock.now < deadline {
                usleep(1000)
            }
            for rule in ["process: sleep", "service: web", "process: \"/*/sleep\""] {
                let never = "processes: { never: { \(rule) } }"
                #expect(try rules(never, kill, services: services) == ["processes.never"], "\(rule)")
                let allow = "processes: { allow: { \(rule) } }"
                #expect(try rules(allow, kill, services: services) == [], "\(rule)")
            }
            let other = "processes: { allow: { process: nginx } }"
            #expect(try rules(other, kill, services: services) == ["processes.allow"])
        }
    }

    @Test func `whom the policy protects is not hit, even if it was let pass before`() throws {
        try withSleeper { (services, service) throws in
            let own = service.identity
            let find = { (rule: String) throws in
                let policy = try Self.policy(rule)
                let scope = ProcessScope(.host, protection: policy.protection(services: services))
                return try TargetResolver(services: services, scope: scope)
                    .resolve(.process(.commandLine("sleep 60"))).current().map(\.identity)
            }
            #expect(try find("longest: 1m").contains(own))
            #expect(try find("processes: { allow: { service: web } }") == [own])
            let error = #expect(throws: FaultError.self) {
                try find("processes: { never: { process: sleep } }")
            }
            #expect(error?.code == "fault.protected")
            #expect(
                error?.message.contains("policy protects process sleep") == true,
                "\(error?.message ?? "")"
            )
        }
    }

    /// Seen in a lab: another lab's nginx made the policy refuse a fault on this lab's, which was not started yet.
    @Test(.requiresRoot) func `a process of another host is not this host's, whatever it is called`()
        async throws
    {
        try await withTestNamespaces(count: 1, wired: false) { hosts in
            let command = Command(["sleep", "61"], environment: ["PATH": "/usr/bin:/bin"])
            let stranger = try hosts[0].namespace.inside { try Spawner.spawn(command) }
            defer {
                _ = try? stranger.signal(9)
                _ = stranger.wait(for: .seconds(5))
            }
            let kill = Self.fault { $0.kill = .with { $0.target.process = "sleep 61*" } }
            #expect(try rules("longest: 1m", kill) == [])
        }
    }

    @Test func `process 1 is refused by every policy`() throws {
        let first = try #require(ProcessTable.status(of: 1))
        let facts = ProcessPattern.Facts(of: first)
        // Its program's file where that is to be seen, so that nobody else of that name is meant.
        let file = facts.executable ?? facts.arguments.first ?? facts.name
        let kill = Self.fault { $0.kill = .with { $0.target.process = file } }
        let refused = try rules("processes: { allow: { process: \"*\" } }", kill)
        #expect(refused == ["processes"], "\(file)")
    }

    @Test func `links do not lead out of the folders of a stress`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fl-policy-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let link = folder.appending(path: "link")
        try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: "/var")
        let stress = Self.fault {
            $0.stress = .with {
                $0.ioFolder = link.path
                $0.ioWorkers = 1
                $0.ioSizeBytes = 4096
            }
        }
        #expect(try rules("stress: { folders: [\(folder.path)] }", stress) == ["stress.folders"])
        #expect(try rules("stress: { folders: [/var] }", stress) == [])
    }

    @Test func `leases, services and recordings are judged before the run`() throws {
        var request = Faultline_Agent_V1_AdmitRequest()
        request.leaseNs = 2_000_000_000
        request.services = ["web"]
        request.captures = true
        let rule = "longest-lease: 1s\nservices: refused\ncaptures: refused"
        let refusals = try Admission(policy: Self.policy(rule), services: Services()).refusals(of: request)
        #expect(refusals.map(\.rule) == ["longest-lease", "services", "captures"])
        #expect(try Admission(policy: .standard, services: Services()).refusals(of: request) == [])
    }

    /// 5,000 mutated messages, with windows at the edges of what 64 bits hold: refused or judged, and never a trap.
    @Test func `mutated bytes never end the agent`() throws {
        var request = Faultline_Agent_V1_AdmitRequest()
        request.leaseNs = 1_500_000_000
        request.interface = "eth0"
        request.faults = [
            Self.impair {
                $0.latencyNs = 1_000_000
                $0.traffic.peers = [.with { $0.address = "10.77.0.13" }]
            },
            Self.fault { $0.drop = .with { $0.traffic = Self.traffic() } },
        ]
        let valid = [UInt8](try request.serializedData())
        let admission = Admission(
            policy: try Self.policy("most-at-once: 1\nlongest: 1s\npeers: { never: [10.0.0.0/8] }"),
            services: Services()
        )
        let edges: [Int64] = [.min, -1, 0, 1, 1_000_000_000, .max]
        var generator = SeededGenerator(seed: 1)
        var refused = 0
        for _ in 0..<5_000 {
            var bytes = valid
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[at] = UInt8.random(in: 0...255, using: &generator)
            }
            do {
                var message = try Faultline_Agent_V1_AdmitRequest(serializedBytes: bytes)
                // What single bytes seldom make.
                for index in message.faults.indices where Bool.random(using: &generator) {
                    message.faults[index].startNs = edges.randomElement(using: &generator) ?? 0
                    message.faults[index].endNs = edges.randomElement(using: &generator) ?? 0
                }
                _ = try admission.refusals(of: message)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 250)
    }
}

import AgentProtocol
import ClockSync
import Faults
import Foundation
import Journal
import LinuxSystem
import Measures
import Packetfilter
import Policy
import Processes
import SwiftProtobuf
import TestSupport
import Testing

@testable import Agent

/// A session asks the policy itself: a coordinator that does not ask before gets no further.
@Suite(.serialized, .requiresRoot, .requires(.ownedTables)) struct BeginTests {
    /// One session in a network namespace of its own.
    private struct Bed {
        let host: TestHost
        let session: RunSession
    }

    private func policy(_ rules: String) throws -> Policy {
        try Policy(bytes: Array("faultline-policy: 1\n\(rules)\n".utf8), fileName: "policy.yaml")
    }

    private func withSession(
        _ rules: String,
        lease: Duration = .seconds(60),
        answering: Bool = true,
        audit: AuditLog? = nil,
        _ body: (Bed) async throws -> Void
    )
        async throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fl-begin-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var guardian: ProcessHandle?
        defer {
            // It writes to the folder at its end, which comes when nobody holds the session any more.
            #expect(guardian?.wait(for: .seconds(10)) != nil, "the guardian outlives the session")
            try? FileManager.default.removeItem(at: folder)
        }
        try await withSession(
            rules,
            lease: lease,
            answering: answering,
            audit: audit,
            in: folder,
            guardian: &guardian,
            body
        )
    }

    private func withSession(
        _ rules: String,
        lease: Duration,
        answering: Bool,
        audit: AuditLog?,
        in folder: URL,
        guardian process: inout ProcessHandle?,
        _ body: (Bed) async throws -> Void
    ) async throws {
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "faultline").path
        let guardian = try GuardianPost(executable: program, folder: folder.path)
        process = guardian.process
        let undo = UndoStore(guardian: guardian, journal: try Journal(path: "\(folder.path)/journal.sqlite"))
        let service = try ServiceProcess.start(
            ServiceCommand(
                name: "web",
                command: Command(["sleep", "60"], environment: ["PATH": "/usr/bin:/bin"])
            )
        )
        defer {
            _ = try? service.kill()
            _ = service.waitGone(for: .seconds(5))
        }
        let services = Services()
        services.add(service)
        var request = Faultline_Agent_V1_OpenRunRequest()
        request.run = "run"
        request.leaseNs = lease.nanoseconds
        request.interface = TestHost.interface
        request.reflector.address = "127.0.0.1"
        request.reflector.session = 1
        request.reflector.keyFirst = 2
        request.reflector.keySecond = 3
        let asked = request
        let rules = try policy(rules)
        try await withTestNamespaces(count: 1) { hosts in
            let reflector = try ClockReflector(
                listening: Endpoint(address: "127.0.0.1", port: 0),
                in: hosts[0].namespace,
                epoch: 1
            )
            defer { reflector.stop() }
            if answering { reflector.admit(session: 1, key: ProbeKey(2, 3)) }
            var open = asked
            open.reflector.port = UInt32(reflector.port)
            let session = try hosts[0].namespace.inside { [open] in
                try RunSession(
                    open,
                    host: "web",
                    services: services,
                    policy: rules,
                    undo: undo,
                    audit: audit,
                    executable: program
                )
            }
            if answering { _ = try await session.open(floorsOf: []) }
            try await body(Bed(host: hosts[0], session: session))
            #expect(await session.close() == [])
        }
    }

    /// Far enough away that nothing strikes while the test runs.
    private func kill(_ id: String) -> Faultline_Agent_V1_Fault {
        .with {
            $0.id = id
            $0.startNs = Duration.seconds(3600).nanoseconds
            $0.endNs = Duration.seconds(3660).nanoseconds
            $0.kill = .with {
                $0.target.service = "web"
                $0.signal = "KILL"
            }
        }
    }

    private func drop(_ id: String) -> Faultline_Agent_V1_Fault {
        .with {
            $0.id = id
            $0.startNs = Duration.seconds(3600).nanoseconds
            $0.endNs = Duration.seconds(3660).nanoseconds
            $0.drop.traffic = .with {
                $0.direction = "ingress"
                $0.flowsAttos = 1_000_000_000_000_000_000
                $0.peers = [.with { $0.address = "10.0.0.1" }]
            }
        }
    }

    private func begin(_ bed: Bed, _ faults: [Faultline_Agent_V1_Fault], capturing path: String = "")
        async throws -> [String]
    {
        var request = Faultline_Agent_V1_BeginRequest()
        request.run = "run"
        request.zeroReferenceNs = Clocks.monotonic()
        request.endNs = Duration.seconds(7200).nanoseconds
        request.faults = faults
        request.capturePath = path
        do {
            return try await bed.session.begin(request).armed.map(\.fault)
        } catch let refused as PolicyRefused {
            return refused.refusals.map(\.rule)
        }
    }

    @Test func `one refused fault refuses the whole, and nothing of it is armed`() async throws {
        try await withSession("peers: { never: [10.0.0.1] }") { (bed) async throws in
            let before = try bed.host.namespace.inside { try FilterSocket().snapshot() }
            let tasks = await bed.session.tasks.count
            #expect(try await begin(bed, [kill("gone#1"), drop("cut#1")]) == ["peers.never"])
            #expect(await bed.session.tasks.count == tasks)
            #expect(await bed.session.injections.isEmpty)
            let after = try bed.host.namespace.inside { try FilterSocket().snapshot() }
            #expect(before.differences(to: after) == [])
            #expect(try await begin(bed, [kill("gone#1")]) == ["gone#1"], "what is allowed still is")
        }
    }

    @Test func `what is armed and what is healed is on record, with the clock's bound`() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "fl-\(UUID().uuidString).jsonl")
            .path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let audit = AuditLog(LineFile(path, most: 1 << 20, files: 2), host: "web", tell: { _ in })
        try await withSession("", audit: audit) { (bed) async throws in
            #expect(try await begin(bed, [drop("cut#1")]) == ["cut#1"])
        }
        let entries = try FileContents.text(path).split(separator: "\n").map {
            try JSONDecoder().decode(AuditEntry.self, from: Data($0.utf8))
        }
        let steps = entries.filter { $0.action == .fault && $0.fault == "cut#1" }
        #expect(steps.first?.outcome == .armed && steps.contains { $0.outcome == .healed }, "\(steps)")
        for step in steps {
            #expect(step.who == "socket" && step.run == "run" && step.host == "web")
            #expect(step.boundNs.map { (1...1_000_000_000).contains($0) } == true, "\(step)")
            #expect(abs(step.wallNs - Clocks.realtime()) < 60_000_000_000)
        }
    }

    @Test func `without a word of the reference clock nothing is armed, and the remedy is said`() async throws
    {
        try await withSession("", answering: false) { (bed) async throws in
            let before = try bed.host.namespace.inside { try FilterSocket().snapshot() }
            let error = await #expect(throws: FaultError.self) { try await begin(bed, [drop("cut#1")]) }
            #expect(error?.code == "clock.no-answer" && error?.message.contains("UDP") == true)
            let after = try bed.host.namespace.inside { try FilterSocket().snapshot() }
            #expect(before.differences(to: after) == [])
        }
    }

    @Test func `a second begin does not go around the number of faults`() async throws {
        try await withSession("most-at-once: 1") { (bed) async throws in
            #expect(try await begin(bed, [kill("gone#1")]) == ["gone#1"])
            #expect(try await begin(bed, [kill("gone#2")]) == ["most-at-once"])
        }
    }

    @Test func `a recording that is not allowed is not begun`() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "fl-\(UUID().uuidString).pcap").path
        try await withSession("captures: refused") { (bed) async throws in
            #expect(try await begin(bed, [], capturing: path) == ["captures"])
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `a lease that is too long opens no run`() async throws {
        await #expect(throws: PolicyRefused.self) {
            try await withSession("longest-lease: 1s", lease: .seconds(2)) { _ in }
        }
    }

    @Test func `what the policy protects is exempt from every packet fault of the session`() async throws {
        let rules = "peers: { never: [10.0.0.1, \"fd00::/8\"] }\nports: { never: [5432], ssh: allowed }"
        try await withSession(rules) { (bed) async throws in
            let exemptions = await bed.session.exemptions
            #expect(exemptions.peers.map(\.description) == ["10.0.0.1", "fd00::/8"])
            #expect(exemptions.ports == [5432...5432])
            #expect(await bed.session.allowsOwnLine)
        }
    }
}

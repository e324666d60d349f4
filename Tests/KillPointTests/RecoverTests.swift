import AgentSupport
import Foundation
import LinuxSystem
import Measures
import Processes
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// `faultline recover` and the next agent, beside an agent that lives and after one that died with its guardian.
@Suite("The state folder of an agent", .serialized, .requiresRoot, .requires(.networkNamespaces))
struct RecoverTests {
    private func run(_ words: [String], in host: TestHost, log: String) throws -> (
        exit: ProcessExit?, text: String
    ) {
        let process = try host.namespace.inside {
            try Spawner.spawn(
                Command(
                    [Worker.program("faultline")] + words,
                    environment: ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
                    log: log
                )
            )
        }
        let exit = process.wait(for: .seconds(30))
        _ = try process.signal(SIGKILL)
        return (exit, try FileContents.text(log))
    }

    @Test("is one agent's while it lives, and recover leaves it alone; when it was killed, recover undoes")
    func owner() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let host = hosts[0]
            let folder = "/tmp/\(host.namespace.name)"
            try Directory.make(folder)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let agent = try await AgentUnderTest(
                in: host.namespace,
                program: Worker.program("faultline"),
                folder: folder,
                reference: (hosts[1].namespace, hosts[1].address),
                interface: TestHost.interface
            )
            defer { agent.end() }
            let refused = try run(["recover", "--state", folder], in: host, log: "\(folder)/recover-1")
            #expect(refused.exit == .exited(2))
            #expect(refused.text.contains("an agent runs"), "\(refused.text)")
            let second = try run(
                ["agent", "--host", "second", "--listen", "\(folder)/second.sock", "--state", folder],
                in: host,
                log: "\(folder)/second"
            )
            #expect(second.exit == .exited(6), "\(second.text)")
            #expect(second.text.contains("another agent runs"), "\(second.text)")
            #expect(agent.process.isAlive)

            _ = try agent.process.signal(SIGKILL)
            _ = agent.process.wait(for: .seconds(10))
            let recovered = try run(["recover", "--state", folder], in: host, log: "\(folder)/recover-2")
            #expect(recovered.exit == .exited(0), "\(recovered.text)")
        }
    }
}

import Coordinator
import Foundation
import LinuxSystem
import Measures
import Processes
import Synchronization
import Testing

/// Which agents a coordinator takes.
@Suite struct VersionMatchTests {
    @Test(arguments: [
        ("1.4.0", "1.4.0", VersionMatch.fits), ("1.4.9", "1.4.0", .fits), ("1.3.7", "1.4.0", .fits),
        ("1.2.9", "1.4.0", .agentTooOld), ("1.5.0", "1.4.9", .agentTooNew), ("2.0.0", "1.4.0", .agentTooNew),
        ("0.9.0", "1.0.0", .agentTooOld), ("1.4.0-rc1", "1.4.0", .fits), ("1.4", "1.4.0", .unreadable),
        ("", "1.4.0", .unreadable), ("1.x.0", "1.4.0", .unreadable), ("-1.4.0", "1.4.0", .unreadable),
        ("99999999999999999999.1.1", "1.4.0", .unreadable),
    ])
    func `an agent is as new as its coordinator or one minor version older`(
        _ agent: String,
        _ coordinator: String,
        _ match: VersionMatch
    ) {
        #expect(VersionMatch(agent: agent, coordinator: coordinator) == match)
        let words = match.words(agent: agent, coordinator: coordinator)
        #expect((words == nil) == (match == .fits))
        if let words { #expect(words.contains("install"), "the remedy: \(words)") }
    }

    @Test(arguments: [
        ("9.0.0", "too new; install 9.0.0 here"), ("0.0.1", nil), ("x", "install the same on both"),
    ])
    func `a version that does not fit is said before the run, with the remedy, and nothing is touched`(
        _ version: String,
        _ remedy: String?
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fl-version-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let socket = "\(folder.path)/agent.sock"
        let experiment = """
            faultline: 1
            name: versions
            hosts:
              web: { agent: "unix:\(socket)", addresses: [127.0.0.1], interface: eth0 }
            load: { l: { from: web, http: { url: "http://127.0.0.1:9/" }, rate: 10/s } }
            targets: { availability: { objective: "99" } }
            duration: 5s
            """
        try FileContents.writeAtomically(Array(experiment.utf8), to: "\(folder.path)/e.yaml")
        try await OtherVersion.with(version, socket: socket) { agent in
            let run = try Self.run(["run", "e.yaml"], in: folder.path)
            let hosts = try Self.run(["hosts", "e.yaml"], in: folder.path)
            guard let remedy else {
                #expect(hosts.code == 0 && hosts.text.contains(version), "\(hosts.text)")
                #expect(agent.touched.load(ordering: .relaxed) > 0, "a run goes on to ask the policy")
                return
            }
            for (code, text) in [run, hosts] {
                #expect(code == 6, "\(text)")
                #expect(
                    text.contains("web: its agent is version \(version)") && text.contains(remedy),
                    "\(text)"
                )
            }
            #expect(run.text.contains("nothing was touched on any host"))
            #expect(agent.touched.load(ordering: .relaxed) == 0)
        }
    }

    private static func run(_ words: [String], in folder: String) throws -> (code: Int32?, text: String) {
        let output = "\(folder)/output-\(UUID().uuidString.prefix(8))"
        let process = try Spawner.spawn(
            Command(
                [Bed.program] + words,
                environment: ["PATH": "/usr/bin:/bin"],
                directory: folder,
                log: output
            )
        )
        var code: Int32?
        if case .exited(let value) = process.wait(for: .seconds(30)) { code = value }
        return (code, try FileContents.text(output))
    }
}

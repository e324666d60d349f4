import Foundation
import Measures
import Plan
import Testing

@testable import Agent

/// An agent's file says what it means, and each mistake is named with its place.
struct AgentFileTests {
    private static func read(_ text: String) throws -> AgentFile {
        try AgentFile(bytes: Array(text.utf8), fileName: "agent.yaml")
    }

    private static func example() throws -> [UInt8] {
        let folder = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return Array(try Data(contentsOf: folder.appending(path: "Packaging/agent.yaml")))
    }

    @Test func theExampleReadsAsItSays() throws {
        let file = try AgentFile(bytes: Self.example(), fileName: "agent.yaml")
        #expect(
            file
                == AgentFile(
                    host: "web1",
                    socket: "/run/faultline/agent.sock",
                    tcp: HostPort(host: "0.0.0.0", port: 7443),
                    keys: "/etc/faultline/keys",
                    state: "/var/lib/faultline",
                    policy: "/etc/faultline/policy.yaml",
                    interface: "eth0",
                    audit: .init(file: "/var/log/faultline/audit.jsonl", size: 10_000_000, files: 8)
                )
        )
    }

    @Test func theTwoFirstKeysAreEnough() throws {
        let file = try Self.read("faultline-agent: 1\nhost: web1\n")
        #expect(file.host == "web1")
        #expect(file.tcp == nil)
        #expect(file.audit == nil)
        #expect(file.metrics == nil && file.otlp == nil)
    }

    @Test func figuresGoWhereTheFileSays() throws {
        let file = try Self.read(
            "faultline-agent: 1\nhost: web1\nmetrics: 127.0.0.1:9100\notlp: http://collector:4318\n"
        )
        #expect(file.metrics == "127.0.0.1:9100" && file.otlp == "http://collector:4318")
        #expect(try Self.read("faultline-agent: 1\nhost: web1\nmetrics: 9100\n").metrics == "9100")
    }

    @Test(arguments: [
        ("faultline-agent: 2\nhost: web1", "agent.yaml:1:", "expected 1"),
        ("faultline-agent: 1", "agent.yaml:1:", "host: web1"),
        ("faultline-agent: 1\nhost: web 1", "agent.yaml:2:", "expected the host's name"),
        ("faultline-agent: 1\nhost: web1\npolcy: /etc/p.yaml", "agent.yaml:3:", "policy"),
        ("faultline-agent: 1\nhost: web1\nkeys: key", "agent.yaml:3:", "expected a path"),
        ("faultline-agent: 1\nhost: web1\nlisten: { tcp: 7443 }", "agent.yaml:3:", "0.0.0.0:7443"),
        ("faultline-agent: 1\nhost: web1\nlisten: { tcp: \"web1:7443\" }", "agent.yaml:3:", "an IP address"),
        ("faultline-agent: 1\nhost: web1\nlisten: { tcp: \"0.0.0.0:7443\" }", "agent.yaml:3:", "keys"),
        ("faultline-agent: 1\nhost: web1\ninterface: a/b", "agent.yaml:3:", "eth0"),
        ("faultline-agent: 1\nhost: web1\naudit: { file: /a, size: 10 }", "agent.yaml:3:", "size"),
        ("faultline-agent: 1\nhost: web1\naudit: { size: 10MB }", "agent.yaml:3:", "file"),
        ("faultline-agent: 1\nhost: web1\nmetrics: web1:9100", "agent.yaml:3:", "0.0.0.0:9100"),
        ("faultline-agent: 1\nhost: web1\nmetrics: 0", "agent.yaml:3:", "9100"),
        ("faultline-agent: 1\nhost: web1\notlp: collector:4318", "agent.yaml:3:", "http://127.0.0.1:4318"),
    ])
    func aMistakeIsNamed(_ text: String, _ place: String, _ word: String) throws {
        let error = #expect(throws: PlanError.self) { try Self.read(text) }
        let message = error?.message ?? ""
        #expect(message.contains(place), "\(message)")
        #expect(message.contains(word), "\(message)")
    }

    @Test func noBytesAreTakenForAFileByAccident() throws {
        let whole = try Self.example()
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
                    in: 0...255,
                    using: &random
                )
            }
            if Bool.random(using: &random) {
                bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
            }
            // A file, or an error of this kind; never a crash.
            do throws(PlanError) { _ = try AgentFile(bytes: bytes, fileName: "agent.yaml") } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }
}

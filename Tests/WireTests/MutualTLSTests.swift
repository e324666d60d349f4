import Coordinator
import Foundation
import Keys
import LinuxSystem
import Measures
import Processes
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// An agent on TCP obeys whom its policy names, with a key of its authority, and nobody else; both ends say why.
@Suite(.serialized, .requiresRoot) struct MutualTLSTests {
    @Test func aNamedCoordinatorIsObeyed() async throws {
        try await Settlement.with { settlement in
            let keys = try settlement.key(.coordinator, "laptop")
            #expect(try await settlement.call(keys: keys) == nil)
        }
    }

    @Test func withoutAKeyNobodyCalls() async throws {
        try await Settlement.with { settlement in
            let words = try await settlement.call(keys: nil)
            #expect(words?.contains("faultline keys issue --coordinator") == true, "\(words ?? "answered")")
            let answer = try settlement.openssl([])
            #expect(answer.contains("certificate required"), "\(answer)")
            settlement.logSays("it showed no certificate")
            try settlement.nothingWasTouched()
        }
    }

    @Test func anotherAuthoritysKeyIsRefused() async throws {
        try await Settlement.with { settlement in
            var other = try Authority.create(in: "\(settlement.folder)/other")
            let forged = "\(settlement.folder)/forged"
            try other.issue(try Identity(.coordinator, "laptop"), to: forged)
            // It does not believe the agent either.
            let unbelieving = try await settlement.call(keys: forged)
            #expect(unbelieving?.contains("not from this authority") == true, "\(unbelieving ?? "answered")")
            settlement.logSays("it refused this agent's certificate")
            // One that would believe anybody.
            try FileContents.writeAtomically(
                try FileContents.read("\(settlement.folder)/keys/authority.pem"),
                to: "\(forged)/authority.pem"
            )
            try FileContents.writeAtomically(
                try FileContents.read("\(settlement.folder)/keys/revoked.pem"),
                to: "\(forged)/revoked.pem"
            )
            let words = try await settlement.call(keys: forged, opening: true)
            #expect(
                words?.contains("refuses this coordinator's certificate") == true,
                "\(words ?? "answered")"
            )
            settlement.logSays("is refused: its certificate is not from this authority")
            try settlement.nothingWasTouched()
        }
    }

    @Test func anExpiredKeyIsRefusedByBothEnds() async throws {
        try await Settlement.with { settlement in
            let keys = try settlement.key(
                .coordinator,
                "laptop",
                valid: .seconds(60),
                now: Date().addingTimeInterval(-3600)
            )
            let words = try await settlement.call(keys: keys)
            #expect(words?.contains("expired on") == true, "\(words ?? "answered")")
            #expect(words?.contains("faultline keys renew laptop") == true)
            let answer = try settlement.openssl([
                "-cert", "\(keys)/certificate.pem", "-key", "\(keys)/key.pem",
            ])
            #expect(answer.contains("alert"), "\(answer)")
            settlement.logSays("the certificate of the coordinator laptop expired on")
            try settlement.nothingWasTouched()
        }
    }

    @Test func aRevokedKeyIsRefusedAtItsNextCall() async throws {
        try await Settlement.with { settlement in
            let keys = try settlement.key(.coordinator, "laptop")
            let connection = try settlement.connection(keys: keys)
            let running = Task { try? await connection.run() }
            _ = try await connection.describe()
            _ = try settlement.authority.revoke("laptop")
            try FileContents.writeAtomically(
                try FileContents.read("\(settlement.folder)/keys/revoked.pem"),
                to: "\(settlement.folder)/web1/revoked.pem"
            )
            do {
                _ = try await connection.describe()
                Issue.record("a revoked key was obeyed")
            } catch let error as any ReadableError {
                #expect(error.code == "agent.keys")
                #expect(error.message.contains("was revoked on"), "\(error.message)")
            }
            connection.close()
            running.cancel()
            let words = try await settlement.call(keys: keys, opening: true)
            #expect(words?.contains("was revoked on") == true, "\(words ?? "answered")")
            settlement.logSays("coordinator/laptop is refused: the certificate of the coordinator laptop")
            try settlement.nothingWasTouched()
        }
    }

    @Test func aKeyDoesWhatItsRoleDoes() async throws {
        try await Settlement.with { settlement in
            // An agent's key commands nobody: not by this program, not by one that does not ask itself first.
            let agent = try settlement.key(.agent, "web2")
            let words = try await settlement.call(keys: agent, opening: true)
            #expect(words?.contains("no key for a coordinator") == true, "\(words ?? "answered")")
            let answer = try settlement.curl(agent, call: "OpenRun")
            #expect(answer.contains("commands no agent"), "\(answer)")
            settlement.logSays("agent/web2 is refused: the key of the agent web2 commands no agent")
            // An operator asks, and opens nothing.
            let operatorKey = try settlement.key(.operator, "oncall")
            #expect(try await settlement.call(keys: operatorKey) == nil)
            let opened = try await settlement.call(keys: operatorKey, opening: true)
            #expect(opened?.contains("may ask and halt") == true, "\(opened ?? "answered")")
            try settlement.nothingWasTouched()
        }
    }

    @Test func aCoordinatorThatThePolicyDoesNotNameIsRefusedByTheRule() async throws {
        try await Settlement.with { settlement in
            let keys = try settlement.key(.coordinator, "stranger")
            let words = try await settlement.call(keys: keys, opening: true)
            #expect(words?.contains("the rule coordinators (") == true, "\(words ?? "answered")")
            #expect(words?.contains("policy.yaml:2)") == true, "\(words ?? "answered")")
            settlement.logSays("coordinator/stranger is refused")
            let unnamed = try settlement.key(.operator, "laptop")
            let operatorWords = try await settlement.call(keys: unnamed)
            #expect(operatorWords?.contains("the rule operators (") == true, "\(operatorWords ?? "answered")")
            try settlement.nothingWasTouched()
        }
    }

    @Test func whatAnswersMustBeTheHostThatWasMeant() async throws {
        try await Settlement.with { settlement in
            let keys = try settlement.key(.coordinator, "laptop")
            let words = try await settlement.call(keys: keys, as: "web2", opening: true)
            #expect(
                words?.contains("is the agent web1, not the agent web2") == true,
                "\(words ?? "answered")"
            )
            settlement.logSays("it refused this agent's certificate")
            try settlement.nothingWasTouched()
        }
    }

    @Test func nothingOlderThanTLS13IsSpoken() async throws {
        try await Settlement.with { settlement in
            let keys = try settlement.key(.coordinator, "laptop")
            let own = ["-cert", "\(keys)/certificate.pem", "-key", "\(keys)/key.pem", "-alpn", "h2"]
            let old = try settlement.openssl(own + ["-tls1_2"])
            #expect(old.contains("alert protocol version"), "\(old)")
            settlement.logSays("it offered no TLS 1.3")
            let new = try settlement.openssl(own + ["-tls1_3"])
            #expect(new.contains("Verify return code: 0"), "\(new)")
            #expect(new.contains("ALPN protocol: h2"), "\(new)")
            try settlement.nothingWasTouched()
        }
    }

    @Test func plaintextIsRefused() async throws {
        try await Settlement.with { settlement in
            let words = try settlement.shell(
                "curl -sS -m 5 --http2-prior-knowledge http://127.0.0.1:\(settlement.port)/"
            )
            #expect(words.contains("curl:"), "\(words)")
            settlement.logSays("it spoke without TLS")
            try settlement.nothingWasTouched()
        }
    }
}

extension Settlement {
    /// Runs it; what it says on both outputs.
    func shell(_ command: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "exec 2>&1; \(command)"]
        let out = Pipe()
        process.standardOutput = out
        try process.run()
        let data = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    /// OpenSSL's client: it stays a second, so that the agent's answer to its certificate is seen.
    func openssl(_ arguments: [String]) throws -> String {
        try shell(
            "(sleep 1) | timeout 20 openssl s_client -connect 127.0.0.1:\(port) -CAfile '\(folder)/keys/authority.pem' "
                + arguments.joined(separator: " ")
        )
    }

    /// A foreign client of gRPC: an empty message to one method, and the trailers of the answer.
    func curl(_ keys: String, call method: String) throws -> String {
        try shell(
            """
            printf '\\0\\0\\0\\0\\0' | curl -skv -m 10 --http2 --tlsv1.3 --cert '\(keys)/certificate.pem' \
            --key '\(keys)/key.pem' -H 'content-type: application/grpc' -H 'te: trailers' --data-binary @- \
            https://127.0.0.1:\(port)/faultline.agent.v1.Agent/\(method)
            """
        )
    }
}

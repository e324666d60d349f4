import Foundation
import Glibc
import LinuxSystem
import Load
import Measures
import Plan
import Recording
import Testing

/// HTTP/1.1 over TLS, to a real nginx with OpenSSL.
@Suite(.serialized, .enabled(if: LoadNginx.isInstalled, "nginx is missing: apt-get install nginx-light"))
struct SecureTests {
    private static func bench(
        _ nginx: LoadNginx,
        trust: TLSPlan.Trust? = nil,
        name: String? = nil
    ) throws -> LoadBench {
        let trust = try trust ?? .file(LoadNginx.certificate("authority").path)
        return LoadBench(port: nginx.securePort, tls: TLSPlan(trust: trust, serverName: name))
    }

    @Test(
        "a certificate that the trusted authority signed for this name or address is believed",
        arguments: [nil, "localhost", "shop.example"]
    )
    func trusted(name: String?) async throws {
        let nginx = try LoadNginx()
        let arrivals = LoadBench.steady(1_000, count: 2_000)
        let result = try await Self.bench(nginx, name: name).run(arrivals)
        #expect(result.exchanges.map(\.intended) == arrivals)
        #expect(result.exchanges.outcomes == [.answered(status: 200): 2_000])
        #expect(result.summary.complaint == nil)
        let setUps = result.exchanges.compactMap(\.setUp)
        #expect(setUps.count >= 1 && setUps.count <= result.summary.connections)
        #expect(setUps.allSatisfy { $0.connect > .zero && $0.secure > .zero && $0.admit == .zero })
    }

    @Test("answers of any length come whole through records of TLS", arguments: ["/chunked.txt", "/empty"])
    func lengths(path: String) async throws {
        let nginx = try LoadNginx()
        var bench = try Self.bench(nginx)
        bench.path = path
        bench.headers = ["Accept-Encoding": "gzip"]
        let result = try await bench.run(LoadBench.steady(500, count: 500))
        let status: UInt16 = path == "/empty" ? 204 : 200
        #expect(result.exchanges.outcomes == [.answered(status: status): 500])
    }

    @Test("a large request is sealed whole")
    func largeRequest() async throws {
        let nginx = try LoadNginx()
        var bench = try Self.bench(nginx)
        bench.method = "POST"
        bench.path = "/empty"
        bench.body = String(repeating: "0123456789", count: 80_000)
        let result = try await bench.run(LoadBench.steady(20, count: 40))
        #expect(result.exchanges.outcomes == [.answered(status: 204): 40])
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var certificate = "server"
        var trustsSystem = false
        var name: String?
        let complaint: String
    }

    @Test(
        "who cannot prove who he is gets no request, and the reason is told",
        arguments: [
            Refused(testDescription: "expired", certificate: "expired", complaint: "expired"),
            Refused(testDescription: "another name", name: "bank.example", complaint: "hostname mismatch"),
            Refused(
                testDescription: "an authority nobody knows",
                trustsSystem: true,
                complaint: "local issuer"
            ),
        ]
    )
    func refused(example: Refused) async throws {
        let nginx = try LoadNginx(certificate: example.certificate)
        let bench = try Self.bench(nginx, trust: example.trustsSystem ? .system : nil, name: example.name)
        let result = try await bench.run(LoadBench.steady(100, count: 50))
        #expect(result.exchanges.outcomes == [.notSecured: 50])
        #expect(
            result.summary.complaint?.contains(example.complaint) == true,
            "\(result.summary.complaint ?? "–")"
        )
        #expect(result.summary.trouble == nil)
    }

    @Test("where anyone is trusted, an expired certificate is measured like any other")
    func anyone() async throws {
        let nginx = try LoadNginx(certificate: "expired")
        let result = try await Self.bench(nginx, trust: .anyone).run(LoadBench.steady(100, count: 50))
        #expect(result.exchanges.outcomes == [.answered(status: 200): 50])
    }

    @Test("a server that speaks no TLS is said not to be secured, not to be malformed HTTP")
    func plainServer() async throws {
        let nginx = try LoadNginx()
        var bench = try Self.bench(nginx)
        bench.port = nginx.port
        let result = try await bench.run(LoadBench.steady(100, count: 20))
        #expect(result.exchanges.outcomes == [.notSecured: 20])
        #expect(result.summary.complaint?.hasPrefix("TLS: ") == true)
    }

    @Test("an authority's file that is none is refused before anything is sent")
    func noAuthority() async throws {
        let nginx = try LoadNginx()
        let key = try LoadNginx.certificate("server", "key").path
        for path in ["/nowhere/ca.pem", key] {
            let bench = try Self.bench(nginx, trust: .file(path))
            let error = await #expect(throws: LoadError.self) { try await bench.run([Instant.zero]) }
            #expect(error?.code == "tls.trust" && error?.exitCode == .badInput)
            #expect(error?.message.contains(path) == true)
        }
    }

    @Test("a server that stands still for 1 s is seen through TLS as without it")
    func stall() async throws {
        let nginx = try LoadNginx()
        nonisolated(unsafe) let server = nginx
        let arrivals = LoadBench.steady(500, count: 2_000)
        let result = try await Self.bench(nginx).run(arrivals) { zero, _ in
            Clocks.sleepUntil(monotonic: zero + 1_500_000_000)
            server.signal(SIGSTOP)
            Clocks.sleepUntil(monotonic: zero + 2_500_000_000)
            server.signal(SIGCONT)
        }
        #expect(result.exchanges.outcomes == [.answered(status: 200): 2_000])
        #expect((0.9...1.1).contains(result.exchanges.responseSeconds(atQuantile: 1)))
        // A quarter of the requests fell into it, each later one waiting less.
        #expect((0.85...1.05).contains(result.exchanges.responseSeconds(atQuantile: 0.975)))
    }
}

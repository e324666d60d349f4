import LinuxSystem
import Load
import Measures
import Plan
import Recording
import Testing

/// Requests that differ, as a server gets them.
@Suite(.timeLimit(.minutes(1)))
struct TemplateLoadTests {
    @Test(
        "every number from 0 on is asked for once, with its row, and a request that is sent again is the same"
    )
    func numbers() async throws {
        let server = try RawServer { connection, request in
            request == 5 ? .close : .ok()
        }
        defer { server.end() }
        var bench = LoadBench(
            port: server.port,
            method: "POST",
            path: "/{{number}}/{{user.id}}",
            body: "{{uuid}}"
        )
        bench.data = [DataRows(name: "user", columns: ["id"], rows: [["a"], ["b"], ["c"]], pick: .inOrder)]
        // A repetition may meet a fifth request too.
        bench.retries = 5
        bench.connections = 4
        let result = try await bench.run(LoadBench.steady(500, count: 300))
        #expect(result.exchanges.outcomes == [.answered(status: 200): 300])
        var bodies: [String: Set<Substring>] = [:]
        for request in server.requests {
            let path = String(request.split(separator: " ")[1])
            bodies[path, default: []].insert(request.suffix(36))
        }
        let expected = (0..<300).map { "/\($0)/\(["a", "b", "c"][$0 % 3])" }
        #expect(Set(bodies.keys) == Set(expected))
        #expect(server.requests.count == 300 + result.summary.retries && result.summary.retries > 0)
        #expect(bodies.values.allSatisfy { $0.count == 1 }, "a repetition repeats")
    }
}

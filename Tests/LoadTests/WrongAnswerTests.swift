import LinuxSystem
import Load
import Measures
import Plan
import Recording
import Testing

/// Answers with a good status and the wrong content, over real sockets.
@Suite(.timeLimit(.minutes(1)))
struct WrongAnswerTests {
    @Test("each answer that fails a check is counted under that check, and the connection goes on")
    func counted() async throws {
        let server = try RawServer { _, request in
            request % 4 == 0
                ? .ok(#"{"status":"down"}"#) : request % 4 == 1 ? .ok("{}") : .ok(#"{"status":"up"}"#)
        }
        defer { server.end() }
        var bench = LoadBench(port: server.port)
        bench.connections = 1
        let pointer = try #require(JSONPointer("/status"))
        bench.checks = [.json(pointer, equals: nil), .json(pointer, equals: "up")]
        let result = try await bench.run(LoadBench.steady(400, count: 400))
        let counts = Dictionary(grouping: result.exchanges, by: \.outcome).mapValues(\.count)
        #expect(
            counts == [
                .answered(status: 200): 200, .error(AnswerError(.check, 0)): 100,
                .error(AnswerError(.check, 1)): 100,
            ]
        )
        #expect(server.accepted == 1)
    }
}

import Glibc
import LinuxSystem
import Load
import Measures
import Plan
import Recording
import Schedule
import Testing

/// The closed model on real servers: who asks, and when.
@Suite(.timeLimit(.minutes(1)))
struct ClosedLoadTests {
    private static func model(_ users: Int, think: Duration = .zero, end: Duration = .seconds(1))
        -> ArrivalSource
    {
        .closed(
            ClosedModel(users: users, think: .constant(think), end: Instant(end), seed: 1, load: "browse")
        )
    }

    @Test("never more requests are under way than there are users, and each begins where one ended")
    func population() async throws {
        let server = try RawServer { _, _ in
            .init(pieces: RawServer.Reply.ok().pieces, waitMicroseconds: 2_000)
        }
        defer { server.end() }
        let result = try await LoadBench(port: server.port).run(from: Self.model(8))
        #expect(result.exchanges.outcomes.keys.sorted { $0.label < $1.label } == [.answered(status: 200)])
        #expect(result.exchanges.count > 100)
        #expect(result.summary.offered == result.exchanges.count && result.summary.connections <= 8)
        // Events in time; at one instant the end comes first, since it is what makes the next one due.
        let events = result.exchanges.flatMap { [($0.intended, 1), ($0.done, -1)] }.sorted { $0 < $1 }
        var underWay = 0
        var most = 0
        for (_, change) in events {
            underWay += change
            most = max(most, underWay)
        }
        #expect(underWay == 0 && most == 8)
        // The first of each user at time zero, every other where an outcome was known.
        let ends = Set(result.exchanges.map(\.done))
        #expect(result.exchanges.prefix(8).allSatisfy { $0.intended == .zero })
        #expect(result.exchanges.dropFirst(8).allSatisfy { ends.contains($0.intended) })
        #expect(result.exchanges.allSatisfy { $0.intended < Instant(.seconds(1)) })
    }

    @Test("a user thinks from the outcome to the next request")
    func thinking() async throws {
        let server = try RawServer { _, _ in .ok() }
        defer { server.end() }
        let result = try await LoadBench(port: server.port)
            .run(from: Self.model(4, think: .milliseconds(100)))
        let ends = Set(result.exchanges.map(\.done))
        // Spread over one think time at the start.
        let starts = [0, 25, 50, 75].map { Instant(.milliseconds($0)) }
        #expect(result.exchanges.prefix(4).map(\.intended) == starts)
        let later = result.exchanges.dropFirst(4)
        #expect(later.count >= 20)
        #expect(later.allSatisfy { ends.contains($0.intended - .milliseconds(100)) })
    }

    @Test("users who outnumber the connections wait for one, and the wait is in their response times")
    func fewConnections() async throws {
        let server = try RawServer { _, _ in
            .init(pieces: RawServer.Reply.ok().pieces, waitMicroseconds: 5_000)
        }
        defer { server.end() }
        let result = try await LoadBench(port: server.port, connections: 2).run(from: Self.model(6))
        #expect(result.summary.connections == 2)
        #expect(result.exchanges.outcomes == [.answered(status: 200): result.exchanges.count])
        // Two served at a time: the third to sixth wait for two rounds.
        let waited = result.exchanges.dropFirst(6).filter { $0.responseTime >= .milliseconds(14) }
        #expect(waited.count > result.exchanges.count / 2)
    }

    @Test("where nothing listens, users come back each 5 ms and not at once")
    func refused() async throws {
        let port = try LoadNginx.freePort()
        let result = try await LoadBench(port: port).run(from: Self.model(3))
        #expect(result.exchanges.outcomes == [.refused: result.exchanges.count])
        // 200 rounds of 5 ms in a second.
        #expect((3...603).contains(result.exchanges.count))
        #expect(result.summary.offered == result.exchanges.count)
    }

    @Test("a stop ends a closed load too")
    func stopped() async throws {
        let server = try RawServer { _, _ in
            .init(pieces: RawServer.Reply.ok().pieces, waitMicroseconds: 2_000)
        }
        defer { server.end() }
        let result = try await LoadBench(port: server.port)
            .run(from: Self.model(4, end: .seconds(30))) { zero, run in
                Clocks.sleepUntil(monotonic: zero + 300_000_000)
                run.stop()
            }
        let last = try #require(result.exchanges.map(\.done).max())
        #expect(last < Instant(.seconds(2)))
        #expect(result.summary.offered == result.exchanges.count)
    }
}

import Glibc
import LinuxSystem
import Load
import Measures
import Plan
import Recording
import Schedule
import Synchronization
import Testing

/// Several commands at once on a connection: a real Redis, and servers that do with them what a test wants.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct SharedRedisTests {
    private static func request(
        _ port: UInt16,
        _ words: String = "SET k v",
        pipeline: Int = 16,
        version: RedisRequestPlan.Version = .two,
        timeout: Duration = .seconds(5),
        trust: TLSPlan.Trust? = nil
    ) -> RequestPlan {
        .redis(
            RedisRequestPlan(
                server: ServerAddress(host: "127.0.0.1", port: port),
                command: words.split(separator: " ").map { Array($0.utf8) },
                version: version,
                pipeline: pipeline,
                tls: trust.map { TLSPlan(trust: $0, serverName: "localhost") },
                timeout: timeout
            )
        )
    }

    private static func together(_ count: Int, at start: Int64 = 0) -> [Instant] {
        (0..<count).map { Instant(nanoseconds: start + Int64($0)) }
    }

    /// A command as it arrives.
    private static let set = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n".utf8.count
    private static let get = "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n".utf8.count

    @Test(
        "a real Redis answers sixteen commands at once, in the clear and in secret, and each is accounted for once",
        .enabled(if: DataServer.hasRedis, "redis-server is missing: apt-get install redis-server"),
        arguments: [(false, RedisRequestPlan.Version.two), (false, .three), (true, .three)]
    )
    func answered(isSecure: Bool, version: RedisRequestPlan.Version) async throws {
        let server = try DataServer.redis(secured: isSecure)
        let trust = isSecure ? try DataServer.authority() : nil
        let cases: [(String, Outcome)] = [
            ("SET k v", .ok), ("GET k", .ok), ("LPUSH k v", .error(AnswerError(.redis, 0))),
            ("EVAL return{1,{2,{3}}} 0", .ok),
        ]
        for (words, outcome) in cases {
            let arrivals = (0..<100).flatMap { Self.together(40, at: $0 * 10_000_000) }
            let request = Self.request(server.port, words, version: version, trust: trust)
            let result = try await LoadBench(port: server.port, connections: 4, request: request).run(
                arrivals
            )
            #expect(result.exchanges.map(\.intended) == arrivals)
            #expect(result.exchanges.outcomes == [outcome: 4_000], "\(words)")
            #expect(result.summary.connections <= 4)
            #expect(result.exchanges.compactMap(\.setUp).count <= result.summary.connections)
        }
    }

    @Test(
        "a Redis that stands still or dies with full pipelines is accounted for exactly",
        .enabled(if: DataServer.hasRedis, "redis-server is missing: apt-get install redis-server")
    )
    func truth() async throws {
        let server = try DataServer.redis()
        try await DataServerTests.checkTruth(server, Self.request(server.port, "GET x"))
    }

    @Test(
        "users of a closed model fill the pipelines, and a reused connection serves as many as it may",
        .enabled(if: DataServer.hasRedis, "redis-server is missing: apt-get install redis-server")
    )
    func closedModel() async throws {
        let server = try DataServer.redis()
        let model = ClosedModel(
            users: 64,
            think: .constant(.milliseconds(1)),
            end: Instant(.milliseconds(500)),
            seed: 1,
            load: "browse"
        )
        var bench = LoadBench(port: server.port, connections: 4, request: Self.request(server.port))
        let shared = try await bench.run(from: .closed(model))
        #expect(shared.exchanges.outcomes.keys.map(\.self) == [.ok])
        #expect(shared.summary.connections <= 4 && shared.exchanges.count > 2_000)
        #expect(shared.summary.offered == shared.exchanges.count)
        bench.reuse = 100
        let limited = try await bench.run(LoadBench.steady(2_000, count: 2_000))
        #expect(limited.exchanges.outcomes == [.ok: 2_000])
        #expect((20...24).contains(limited.summary.connections))
    }

    @Test(
        "commands that are due together go out in one piece, as many as the pipeline is long; the next when there is room"
    )
    func together() async throws {
        let pieces = Mutex<[Int]>([])
        let segments = Mutex<[UInt32]>([])
        let server = try LedServer { peer in
            while true {
                usleep(20_000)
                let bytes = peer.read()
                guard !bytes.isEmpty else { return }
                pieces.withLock { $0.append(bytes.count) }
                segments.withLock { $0.append(peer.dataSegments) }
                peer.write(String(repeating: "+OK\r\n", count: bytes.count / Self.set))
            }
        }
        defer { server.end() }
        let bench = LoadBench(port: server.port, connections: 1, request: Self.request(server.port))
        let result = try await bench.run(Self.together(40, at: 100_000_000))
        #expect(result.exchanges.outcomes == [.ok: 40] && result.summary.connections == 1)
        let seen = pieces.withLock { $0 }
        #expect(seen == [16, 16, 8].map { $0 * Self.set })
        #expect(segments.withLock { $0 } == [1, 2, 3])
    }

    struct Cut: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let answers: String
        let answered: Int
        let lost: Outcome
        var command = "SET k v"
    }

    @Test(
        "a connection that ends with n commands on it leaves exactly those unknown, and nothing is sent twice",
        arguments: [
            Cut(testDescription: "closes without a word", answers: "", answered: 0, lost: .cutOff),
            Cut(
                testDescription: "closes in the fourth",
                answers: "+OK\r\n+OK\r\n+OK\r\n+O",
                answered: 3,
                lost: .cutOff
            ),
            Cut(
                testDescription: "sends nonsense in the third",
                answers: "+OK\r\n:1\r\n?",
                answered: 2,
                lost: .malformed
            ),
            Cut(
                testDescription: "closes a reading pipeline",
                answers: "+OK\r\n",
                answered: 1,
                lost: .cutOff,
                command: "GET k"
            ),
        ]
    )
    func cut(_ cut: Cut) async throws {
        let length = cut.command == "GET k" ? Self.get : Self.set
        let heard = Mutex(0)
        let server = try LedServer { peer in
            guard peer.number == 1 else {
                while peer.read(length).count == length {
                    heard.withLock { $0 += 1 }
                    peer.write("+OK\r\n")
                }
                return
            }
            heard.withLock { $0 += 8 }
            guard peer.read(8 * length).count == 8 * length else { return }
            peer.write(cut.answers)
            if cut.lost == .malformed { _ = peer.read() }
        }
        defer { server.end() }
        let arrivals = Self.together(8) + Self.together(5, at: 300_000_000)
        let request = Self.request(server.port, cut.command)
        let result = try await LoadBench(port: server.port, connections: 1, request: request).run(arrivals)
        #expect(result.exchanges.map(\.intended) == arrivals)
        // In the order of the commands: the first are those that were answered.
        let outcomes = result.exchanges.map(\.outcome)
        #expect(outcomes.prefix(cut.answered).allSatisfy { $0 == .ok })
        #expect(
            outcomes.dropFirst(cut.answered).prefix(8 - cut.answered).allSatisfy { $0 == cut.lost },
            "\(outcomes)"
        )
        #expect(outcomes.suffix(5).allSatisfy { $0 == .ok })
        #expect(server.accepted == 2 && heard.withLock { $0 } == 13)
    }

    @Test(
        "a kept connection that was closed before a pipeline came costs reading commands a repetition, others are unknown",
        arguments: [("GET k", Outcome.ok, 1 + 6 + 6), ("SET k v", .cutOff, 1 + 6)]
    )
    func keepAliveRace(_ command: String, _ outcome: Outcome, _ asked: Int) async throws {
        let length = command == "GET k" ? Self.get : Self.set
        let heard = Mutex(0)
        let server = try LedServer { peer in
            if peer.number == 1 {
                guard peer.read(length).count == length else { return }
                peer.write("+OK\r\n")
                // What comes next is not looked at.
                let more = peer.read(6 * length)
                heard.withLock { $0 += 1 + more.count / length }
                return
            }
            while peer.read(length).count == length {
                heard.withLock { $0 += 1 }
                peer.write("+OK\r\n")
            }
        }
        defer { server.end() }
        let arrivals = [Instant.zero] + Self.together(6, at: 200_000_000)
        let request = Self.request(server.port, command)
        let result = try await LoadBench(port: server.port, connections: 2, request: request).run(arrivals)
        #expect(result.exchanges.map(\.outcome) == [.ok] + Array(repeating: outcome, count: 6))
        #expect(heard.withLock { $0 } == asked && result.summary.retries == 0)
        #expect(result.exchanges.allSatisfy { $0.sendLateness < .milliseconds(50) }, "the first send is kept")
    }

    @Test("more answers than commands end the connection, and cost no command its own")
    func tooMany() async throws {
        let server = try LedServer { peer in
            while true {
                let bytes = peer.read(4 * Self.set)
                guard bytes.count == 4 * Self.set else { return }
                peer.write("+OK\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n")
            }
        }
        defer { server.end() }
        let arrivals = (0..<5).flatMap { Self.together(4, at: $0 * 100_000_000) }
        let request = Self.request(server.port)
        let result = try await LoadBench(port: server.port, connections: 1, request: request).run(arrivals)
        #expect(result.exchanges.outcomes == [.ok: 20])
        #expect(server.accepted == 5)
    }

    @Test(
        "a command that times out keeps its place: those behind it get their own answers, and no others follow"
    )
    func hole() async throws {
        let server = try LedServer { peer in
            guard peer.number == 1 else {
                while peer.read(Self.set).count == Self.set { peer.write("+OK\r\n") }
                return
            }
            // The answer to the first comes too late for it, and in time for the second.
            guard peer.read(2 * Self.set).count == 2 * Self.set else { return }
            usleep(400_000)
            peer.write("-ERR first\r\n+OK\r\n")
        }
        defer { server.end() }
        // Sent at 0 and 0.4 s, answered at 0.8 s, time-out 0.6 s; the third is due in between.
        let arrivals = [0, 400, 700].map { Instant(.milliseconds($0)) }
        let request = Self.request(server.port, timeout: .milliseconds(600))
        let result = try await LoadBench(port: server.port, connections: 2, request: request).run(arrivals)
        #expect(result.exchanges.map(\.outcome) == [.timedOut, .ok, .ok])
        #expect(result.exchanges[0].serviceTime >= .milliseconds(600))
        #expect(server.accepted == 2)
    }

    @Test(
        "a server that never answers leaves every command of every pipeline timed out, each at its own time"
    )
    func silence() async throws {
        let server = try LedServer { peer in
            while !peer.read().isEmpty {}
        }
        defer { server.end() }
        let arrivals = LoadBench.steady(200, count: 60)
        let request = Self.request(server.port, pipeline: 8, timeout: .milliseconds(200))
        let result = try await LoadBench(port: server.port, connections: 20, request: request).run(arrivals)
        #expect(result.exchanges.map(\.intended) == arrivals)
        #expect(result.exchanges.outcomes == [.timedOut: 60])
        #expect(
            result.exchanges.allSatisfy { $0.serviceTime >= .milliseconds(200) && $0.firstByte == $0.done }
        )
    }

    @Test("where nothing listens each command is refused when it is due; with retries, after its tries")
    func refused() async throws {
        let port = try LoadNginx.freePort()
        var bench = LoadBench(port: port, request: Self.request(port))
        let once = try await bench.run(LoadBench.steady(500, count: 200))
        #expect(once.exchanges.outcomes == [.refused: 200])
        #expect(once.exchanges.allSatisfy { $0.sent == $0.intended && $0.responseTime < .milliseconds(500) })
        bench.retries = 3
        let again = try await bench.run(LoadBench.steady(500, count: 200))
        #expect(again.exchanges.outcomes == [.refused: 200] && again.summary.offered == 200)
    }

    @Test("retries of what was cut off are counted, and a stop accounts for all that waits")
    func retries() async throws {
        // Every other connection is cut after two of its answers.
        let server = try LedServer { peer in
            var left = peer.number.isMultiple(of: 2) ? Int.max : 2
            while left > 0, peer.read(Self.set).count == Self.set {
                peer.write("+OK\r\n")
                left -= 1
            }
        }
        defer { server.end() }
        var bench = LoadBench(port: server.port, connections: 4, request: Self.request(server.port))
        bench.retries = 10
        let result = try await bench.run((0..<20).flatMap { Self.together(10, at: $0 * 10_000_000) })
        #expect(result.exchanges.outcomes == [.ok: 200])
        #expect(result.summary.retries > 0)
        let stopped = try await bench.run(LoadBench.steady(500, count: 5_000)) { zero, run in
            Clocks.sleepUntil(monotonic: zero + 300_000_000)
            run.stop()
        }
        #expect(stopped.summary.offered == stopped.exchanges.count && stopped.exchanges.count < 5_000)
    }

    @Test("a large command that does not fit into the socket's buffer is sent whole, and in order")
    func blocked() async throws {
        let value = String(repeating: "v", count: 300_000)
        let length = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$300000\r\n\(value)\r\n".utf8.count
        let server = try LedServer { peer in
            usleep(100_000)
            while peer.read(length).count == length { peer.write("+OK\r\n") }
        }
        defer { server.end() }
        let request = Self.request(server.port, "SET k \(value)")
        let arrivals = (0..<4).flatMap { Self.together(8, at: $0 * 50_000_000) }
        let result = try await LoadBench(port: server.port, connections: 2, request: request).run(arrivals)
        #expect(result.exchanges.outcomes == [.ok: 32])
    }
}

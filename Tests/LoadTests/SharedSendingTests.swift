import Glibc
import Load
import Measures
import Plan
import Recording
import Synchronization
import Testing

/// What goes out together on connections that carry several requests, and as which of the load's requests.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct SharedSendingTests {
    private static func redis(
        _ port: UInt16,
        _ words: String,
        tls: TLSPlan? = nil
    ) -> RequestPlan {
        .redis(
            RedisRequestPlan(
                server: ServerAddress(host: "127.0.0.1", port: port),
                command: words.split(separator: " ").map { Array($0.utf8) },
                pipeline: 16,
                tls: tls,
                timeout: .seconds(5)
            )
        )
    }

    private static func together(_ count: Int, at milliseconds: Int64) -> [Instant] {
        (0..<count).map { Instant(nanoseconds: milliseconds * 1_000_000 + Int64($0)) }
    }

    @Test(
        "what is due together goes one each to connections that carry nothing, else in one piece to one that has room"
    )
    func pieces() async throws {
        let command = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n".utf8.count
        let pieces = Mutex<[[Int]]>([[], []])
        let server = try LedServer { peer in
            while true {
                let first = peer.read().count / command
                guard first > 0 else { return }
                pieces.withLock { $0[peer.number - 1].append(first) }
                // One alone is kept for a while, so that there is a connection that carries something.
                var held = first
                if first == 1, peer.isReadable(withinMilliseconds: 400) {
                    let more = peer.read().count / command
                    pieces.withLock { $0[peer.number - 1].append(more) }
                    held += more
                }
                peer.write(String(repeating: "+OK\r\n", count: held))
            }
        }
        defer { server.end() }
        // The first open the connections.
        let arrivals =
            Self.together(32, at: 0) + Self.together(2, at: 200) + Self.together(12, at: 350)
        let request = Self.redis(server.port, "SET k v")
        let result = try await LoadBench(port: server.port, connections: 2, request: request).run(arrivals)
        #expect(result.exchanges.outcomes == [.ok: 46])
        let seen = pieces.withLock { $0.map { Array($0.drop { $0 > 1 }) }.sorted { $0.count < $1.count } }
        #expect(seen == [[1], [1, 12]])
    }

    @Test(
        "commands that go out together are sealed in one record",
        .enabled(if: DataServer.hasRedis, "redis-server is missing: apt-get install redis-server")
    )
    func records() async throws {
        let server = try DataServer.redis(secured: true)
        let records = Mutex<[Int]>([])
        let port = server.port
        let relay = try LedServer { peer in
            guard let upstream = RecordRelay(to: port) else { return }
            upstream.carry(peer.descriptor) { length in records.withLock { $0.append(length) } }
        }
        defer { relay.end() }
        let tls = TLSPlan(trust: try DataServer.authority(), serverName: "localhost")
        let request = Self.redis(relay.port, "SET k v", tls: tls)
        let arrivals = (1...20).flatMap { Self.together(16, at: Int64($0) * 20) }
        let result = try await LoadBench(port: relay.port, connections: 1, request: request).run(arrivals)
        #expect(result.exchanges.outcomes == [.ok: 320])
        // The handshake's end is one of TLS 1.3's sealed records too.
        let command = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n".utf8.count
        let seen = records.withLock { $0 }
        #expect(seen.filter { $0 >= 16 * command }.count == 20, "\(seen)")
        #expect(seen.count <= 22, "\(seen)")
    }

    @Test(
        "two hosts' parts of one load send each of its requests once, also where connections carry several",
        .enabled(if: DataServer.hasRedis, "redis-server is missing: apt-get install redis-server")
    )
    func numbers() async throws {
        let server = try DataServer.redis()
        var bench = LoadBench(
            port: server.port,
            connections: 4,
            request: Self.redis(server.port, "SET number:{{number}} v")
        )
        for place in [0, 1] {
            bench.share = LoadShare(weights: [1, 1], place: place)
            let result = try await bench.run(LoadBench.steady(1_000, count: 100))
            #expect(result.exchanges.outcomes == [.ok: 100])
        }
        bench.share = .whole
        bench.request = Self.redis(server.port, "EXISTS number:{{number}}")
        bench.checks = [.body(.equals("1"))]
        let all = try await bench.run(LoadBench.steady(1_000, count: 200))
        #expect(all.exchanges.outcomes == [.ok: 200])
    }
}

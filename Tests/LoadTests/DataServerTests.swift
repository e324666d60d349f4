import Glibc
import LinuxSystem
import Load
import Measures
import Plan
import Recording
import Testing

/// Redis and PostgreSQL: what the generator says against what real servers answered and what was done to them.
@Suite(.serialized)
struct DataServerTests {
    private static func redis(
        _ port: UInt16,
        _ words: String,
        version: RedisRequestPlan.Version = .two,
        user: String? = nil,
        password: String? = nil,
        database: Int = 0
    ) -> RequestPlan {
        .redis(
            RedisRequestPlan(
                server: ServerAddress(
                    host: "127.0.0.1",
                    port: port,
                    user: user,
                    secret: password.map(Secret.password)
                ),
                database: database,
                command: words.split(separator: " ").map { Array($0.utf8) },
                version: version,
                timeout: .seconds(5)
            )
        )
    }

    private static func postgres(
        _ port: UInt16,
        _ query: String,
        user: String = "postgres",
        password: String? = nil,
        database: String = "postgres",
        parameters: [String]? = nil
    ) -> RequestPlan {
        .postgres(
            PostgresRequestPlan(
                server: ServerAddress(
                    host: "127.0.0.1",
                    port: port,
                    user: user,
                    secret: password.map(Secret.password)
                ),
                database: database,
                query: query,
                isPrepared: parameters != nil,
                parameters: parameters ?? [],
                timeout: .seconds(5)
            )
        )
    }

    static func run(_ request: RequestPlan, count: Int = 200) async throws -> LoadBench.Result {
        let arrivals = LoadBench.steady(1_000, count: count)
        let result = try await LoadBench(port: request.port, connections: 8, request: request).run(arrivals)
        #expect(result.exchanges.map(\.intended) == arrivals)
        return result
    }

    @Test(
        "a real Redis answers every command as it is, in RESP2 and RESP3, with a password and a database",
        .enabled(if: DataServer.hasRedis, "redis-server is missing: apt-get install redis-server"),
        arguments: RedisRequestPlan.Version.allCases
    )
    func redisAnswers(_ version: RedisRequestPlan.Version) async throws {
        let server = try DataServer.redis(["--requirepass", DataServer.password])
        let cases: [(String, Int, Outcome)] = [
            ("PING", 0, .ok), ("SET k v", 3, .ok), ("GET k", 3, .ok), ("GET none", 0, .ok),
            ("HGETALL none", 0, .ok),
            ("LPUSH k v", 3, .error(AnswerError(.redis, 0))), ("EVAL return{1,{2,{3}}} 0", 0, .ok),
            ("BOGUS", 0, .error(AnswerError(.redis, 0))), ("PING", 99, .notAdmitted),
        ]
        for (words, database, outcome) in cases {
            let request = Self.redis(
                server.port,
                words,
                version: version,
                password: DataServer.password,
                database: database
            )
            #expect(try await Self.run(request).exchanges.outcomes == [outcome: 200], "\(words)")
        }
        let wrong = Self.redis(server.port, "PING", version: version, password: "wrong")
        let refused = try await Self.run(wrong)
        #expect(refused.exchanges.outcomes == [.notAdmitted: 200])
        #expect(refused.summary.complaint == "Redis refused \(version == .two ? "AUTH" : "HELLO")")
        // RESP2 needs no beginning without a password, so the command itself is refused.
        let silent = try await Self.run(Self.redis(server.port, "PING", version: version)).exchanges.outcomes
        #expect(silent == [version == .two ? .error(AnswerError(.redis, 0)) : .notAdmitted: 200])
    }

    @Test(
        "a Redis behind TLS is talked to in secret, and only if its certificate is trusted",
        .enabled(if: DataServer.hasRedis, "redis-server is missing: apt-get install redis-server")
    )
    func redisTLS() async throws {
        let server = try DataServer.redis(secured: true)
        for (trust, outcome) in [
            (try DataServer.authority(), Outcome.ok), (.system, .notSecured),
        ] {
            let request = RequestPlan.redis(
                RedisRequestPlan(
                    server: ServerAddress(host: "127.0.0.1", port: server.port),
                    database: 1,
                    command: [Array("PING".utf8)],
                    version: .three,
                    tls: TLSPlan(trust: trust, serverName: "localhost"),
                    timeout: .seconds(5)
                )
            )
            #expect(try await Self.run(request).exchanges.outcomes == [outcome: 200])
        }
    }

    @Test(
        "a real PostgreSQL admits by every method, answers simple and prepared queries, and its errors have their SQLSTATE",
        .enabled(if: DataServer.hasPostgres, "PostgreSQL 15 is missing: apt-get install postgresql-15")
    )
    func postgresAnswers() async throws {
        let server = try DataServer.postgres()
        let sql = { (state: String) in Outcome.error(AnswerError(.sql, UInt32(state, radix: 36) ?? 0)) }
        for user in ["postgres", "plain", "hashed", "salted"] {
            let right = Self.postgres(server.port, "select 1", user: user, password: DataServer.password)
            #expect(try await Self.run(right).exchanges.outcomes == [.ok: 200], "\(user)")
            guard user != "postgres" else { continue }
            let wrong = Self.postgres(server.port, "select 1", user: user, password: "wrong")
            #expect(try await Self.run(wrong).exchanges.outcomes == [.notAdmitted: 200], "\(user)")
            let none = Self.postgres(server.port, "select 1", user: user)
            #expect(try await Self.run(none).exchanges.outcomes == [.notAdmitted: 200], "\(user)")
        }
        let few = Self.postgres(server.port, "select 1", user: "few")
        #expect(try await Self.run(few).exchanges.outcomes == [.notAdmitted: 200])
        #expect(
            try await Self.run(few).summary.complaint == "PostgreSQL refused the log-in: SQLSTATE 53300"
        )
        let elsewhere = Self.postgres(server.port, "select 1", database: "nowhere")
        #expect(try await Self.run(elsewhere).exchanges.outcomes == [.notAdmitted: 200])
        let cases: [(String, [String]?, Outcome)] = [
            ("", nil, .ok), ("select 1; select 2", nil, .ok), ("select generate_series(1, 1000)", nil, .ok),
            ("select nothing", nil, sql("42703")), ("select 1/0", nil, sql("22012")),
            ("selec", nil, sql("42601")),
            ("begin", nil, .ok), ("copy (select 1) to stdout", nil, .malformed),
            ("select 1", [], .ok), ("select $1::int + 1", ["41"], .ok),
            ("select $1::int", ["x"], sql("22P02")),
            ("select nothing", [], sql("42703")), ("", [], .ok), ("select 1; select 2", [], sql("42601")),
        ]
        for (query, parameters, outcome) in cases {
            let request = Self.postgres(server.port, query, parameters: parameters)
            #expect(try await Self.run(request).exchanges.outcomes == [outcome: 200], "\(query)")
        }
    }

    @Test(
        "a Redis that stands still for 1 s, and one that is dead for 1 s, are accounted for exactly",
        .enabled(if: DataServer.hasRedis, "redis-server is missing: apt-get install redis-server")
    )
    func redisTruth() async throws {
        let server = try DataServer.redis()
        try await Self.checkTruth(server, Self.redis(server.port, "GET x"))
    }

    @Test(
        "a PostgreSQL that stands still for 1 s, and one that is dead for 1 s, are accounted for exactly",
        .enabled(if: DataServer.hasPostgres, "PostgreSQL 15 is missing: apt-get install postgresql-15"),
        arguments: [nil, []] as [[String]?]
    )
    func postgresTruth(_ parameters: [String]?) async throws {
        let server = try DataServer.postgres()
        try await Self.checkTruth(server, Self.postgres(server.port, "select 1", parameters: parameters))
    }

    static func checkTruth(_ server: DataServer, _ request: RequestPlan) async throws {
        nonisolated(unsafe) let server = server
        let bench = LoadBench(port: request.port, connections: 20, request: request)
        // A session whose postmaster is gone may still say so: 57P01, and 57P03 from one that starts up.
        let truth = WireTruth(bench: bench, good: .ok, perSecond: 1_000) { outcome in
            outcome == .notAdmitted || outcome == .notConnected || outcome.label.hasPrefix("SQLSTATE 57P")
        }
        try await truth.stall { server.signal($0) }
        try await truth.kill({ server.signal(SIGKILL) }, start: { try server.start() })
    }
}

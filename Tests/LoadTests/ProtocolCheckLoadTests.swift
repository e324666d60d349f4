import LinuxSystem
import Load
import Measures
import Plan
import Recording
import Testing

/// Checks of what real servers answer, in every protocol that has something to check.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ProtocolCheckLoadTests {
    private static let here = "127.0.0.1"

    /// Outcomes of 100 requests.
    private static func outcomes(_ request: RequestPlan, _ checks: [AnswerCheck]) async throws -> [Outcome:
        Int]
    {
        var bench = LoadBench(port: request.port, connections: 4, request: request)
        bench.checks = checks
        return try await bench.run(LoadBench.steady(500, count: 100)).exchanges.outcomes
    }

    private static func failed(_ place: UInt32) -> [Outcome: Int] {
        [.error(AnswerError(.check, place)): 100]
    }
    private static let ok: [Outcome: Int] = [.ok: 100]

    private static func pointer(_ text: String) throws -> JSONPointer { try #require(JSONPointer(text)) }

    @Test(
        "Redis: a bulk string's text and JSON, a number, a list, and nil",
        .enabled(if: DataServer.hasRedis, "redis-server is missing: apt-get install redis-server"),
        arguments: RedisRequestPlan.Version.allCases
    )
    func redis(_ version: RedisRequestPlan.Version) async throws {
        let server = try DataServer.redis()
        func request(_ words: [String]) -> RequestPlan {
            .redis(
                RedisRequestPlan(
                    server: ServerAddress(host: Self.here, port: server.port),
                    command: words.map { Array($0.utf8) },
                    version: version,
                    timeout: .seconds(5)
                )
            )
        }
        #expect(
            try await Self.outcomes(request(["SET", "j", #"{"a":[1,"x\ny"]}"#]), [.body(.equals("OK"))])
                == Self.ok
        )
        let json = request(["GET", "j"])
        let right: [AnswerCheck] = [
            .json(try Self.pointer("/a/1"), equals: "x\ny"), .body(.contains("\"a\"")),
            .body(.isNothing(false)),
        ]
        #expect(try await Self.outcomes(json, right) == Self.ok)
        #expect(
            try await Self.outcomes(json, right + [.json(try Self.pointer("/b"), equals: nil)])
                == Self.failed(3)
        )
        let none = request(["GET", "none"])
        #expect(try await Self.outcomes(none, [.body(.isNothing(true))]) == Self.ok)
        #expect(try await Self.outcomes(none, [.body(.equals(""))]) == Self.failed(0))
        #expect(
            try await Self.outcomes(request(["LRANGE", "none", "0", "9"]), [.body(.equals(""))]) == Self.ok
        )
        let many = request(["EVAL", "return {1, false, {'b'}}", "0"])
        #expect(try await Self.outcomes(many, [.body(.equals("1\n\nb"))]) == Self.ok)
        let count = try #require(NumberTest(.atLeast, "1"))
        #expect(try await Self.outcomes(request(["INCR", "n"]), [.body(.number(count))]) == Self.ok)
    }

    @Test(
        "PostgreSQL: values by place and name, rows, NULL; simple and prepared",
        .enabled(if: DataServer.hasPostgres, "PostgreSQL 15 is missing: apt-get install postgresql-15"),
        arguments: [false, true]
    )
    func postgres(_ isPrepared: Bool) async throws {
        let server = try DataServer.postgres()
        func request(_ query: String) -> RequestPlan {
            .postgres(
                PostgresRequestPlan(
                    server: ServerAddress(host: Self.here, port: server.port, user: "postgres"),
                    database: "postgres",
                    query: query,
                    isPrepared: isPrepared,
                    timeout: .seconds(5)
                )
            )
        }
        let people = request(
            "select i as id, nullif('p' || i, 'p2') as name, i * 1.50 from generate_series(1, 3) i"
        )
        let right: [AnswerCheck] = [
            .rows(3...3), .value(ResultCell(row: 1, column: .name("name")), .equals("p1")),
            .value(ResultCell(row: 2, column: .name("name")), .isNothing(true)),
            .value(ResultCell(row: 3, column: .number(3)), .number(try #require(NumberTest(.equal, "4.5")))),
            .value(ResultCell(row: 3), .number(try #require(NumberTest(.atMost, "3")))),
        ]
        #expect(try await Self.outcomes(people, right) == Self.ok)
        let wrong: [AnswerCheck] = [
            .value(ResultCell(row: 2, column: .name("name")), .equals("")),
            .value(ResultCell(row: 4), .isNothing(true)),
            .value(ResultCell(column: .name("Name")), .isNothing(false)), .rows(0...2),
        ]
        for check in wrong {
            #expect(try await Self.outcomes(people, right + [check]) == Self.failed(5), "\(check.text)")
        }
        let named = AnswerCheck.value(ResultCell(column: .name("a")), .isNothing(false))
        #expect(try await Self.outcomes(request(""), [.rows(0...0)]) == Self.ok)
        #expect(try await Self.outcomes(request("set application_name to x"), [named]) == Self.failed(0))
        let error = Outcome.error(AnswerError(.sql, UInt32("22012", radix: 36) ?? 0))
        #expect(try await Self.outcomes(request("select 1/0 as a"), [named]) == [error: 100])
    }

    @Test(
        "HTTP/2: header, body, JSON pointer and status",
        .enabled(if: LoadNginx.isInstalled, "nginx is missing")
    )
    func http2() async throws {
        let nginx = try LoadNginx(http2: true)
        func request(_ path: String) -> RequestPlan {
            .http(
                HTTPRequestPlan(
                    method: "GET",
                    address: HTTPAddress(host: Self.here, port: nginx.port, path: path),
                    headers: [],
                    body: "",
                    timeout: .seconds(5),
                    version: .two
                )
            )
        }
        let server = AnswerCheck.header(name: "Server", .contains("nginx"))
        let ok: [Outcome: Int] = [.answered(status: 200): 100]
        #expect(try await Self.outcomes(request("/hello.txt"), [server, .body(.equals("hello\n"))]) == ok)
        #expect(
            try await Self.outcomes(request("/hello.txt"), [server, .body(.contains("hallo"))])
                == Self.failed(1)
        )
        #expect(
            try await Self.outcomes(request("/hello.txt"), [.json(try Self.pointer("/a"), equals: nil)])
                == Self.failed(0)
        )
        #expect(
            try await Self.outcomes(request("/none"), [.body(.contains("x"))]) == [
                .answered(status: 404): 100
            ]
        )
        let length = try #require(NumberTest(.equal, "20000"))
        #expect(
            try await Self.outcomes(
                request("/chunked.txt"),
                [.header(name: "content-length", .number(length))]
            ) == ok
        )
    }

    @Test("gRPC: the message's bytes and text, metadata, and a status that is wanted")
    func grpc() async throws {
        try await GRPCServerUnderLoad.run { port in
            func request(_ call: GRPCRequestPlan.Call, token: String? = nil) -> RequestPlan {
                .grpc(
                    GRPCRequestPlan(
                        target: HostPort(host: Self.here, port: port),
                        call: call,
                        metadata: token.map { [HTTPField(name: "x-token", value: $0)] } ?? [],
                        timeout: .seconds(5)
                    )
                )
            }
            let echo = request(.unary(path: "/test.Echo/Echo", message: [8, 1, 0x61]), token: "secret")
            let type = AnswerCheck.header(name: "content-type", .contains("application/grpc"))
            let closed = request(.unary(path: "/test.Echo/Echo", message: []))
            let rows: [(RequestPlan, [AnswerCheck], [Outcome: Int])] = [
                (echo, [.body(.bytes([8, 1, 0x61])), .body(.contains("a")), type], Self.ok),
                (echo, [type, .body(.bytes([8]))], Self.failed(1)),
                (echo, [type, .status(5)], Self.failed(1)),
                (closed, [.status(16)], Self.ok),
                (closed, [.status(5)], [.error(AnswerError(.grpc, 16)): 100]),
                (request(.health(service: "none")), [.status(5)], Self.ok),
            ]
            for (request, checks, expected) in rows {
                let found = try await Self.outcomes(request, checks)
                #expect(found == expected, "\(checks.map(\.text))")
            }
        }
    }

    @Test(
        "DNS: addresses, records, their number and the code, over UDP and TCP",
        .enabled(if: LoadDNSServer.isInstalled, "dnsmasq is missing: apt-get install dnsmasq-base"),
        arguments: DNSRequestPlan.Transport.allCases
    )
    func dns(_ over: DNSRequestPlan.Transport) async throws {
        let server = try LoadDNSServer()
        func request(_ name: String, _ type: DNSRequestPlan.RecordType) -> RequestPlan {
            .dns(
                DNSRequestPlan(
                    server: HostPort(host: Self.here, port: server.port),
                    name: name,
                    type: type,
                    over: over,
                    timeout: .seconds(3)
                )
            )
        }
        func address(_ text: String) throws -> AnswerCheck { .address(try #require(AddressBytes(text))) }
        let four = request("web.test", .a)
        #expect(
            try await Self.outcomes(four, [try address("192.0.2.7"), .records(1...1), .responseCode(0)])
                == Self.ok
        )
        #expect(try await Self.outcomes(four, [try address("192.0.2.8")]) == Self.failed(0))
        let six = request("web.test", .aaaa)
        #expect(
            try await Self.outcomes(six, [try address("2001:db8::7"), .record(nil, .equals("2001:db8::7"))])
                == Self.ok
        )
        #expect(
            try await Self.outcomes(request("none.test", .a), [.responseCode(3), .records(0...0)]) == Self.ok
        )
        #expect(try await Self.outcomes(four, [.responseCode(3)]) == Self.failed(0))
        let text = AnswerCheck.record(nil, .matches(try BytePattern("^x+$")))
        guard over == .tcp else { return }
        #expect(try await Self.outcomes(request("large.test", .txt), [text]) == Self.ok)
    }
}

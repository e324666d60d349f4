import LinuxSystem
import Load
import Measures
import Plan
import Recording
import Testing

/// Requests that differ, as real servers get them: rows that are meant to be more than a row are none.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ProtocolTemplateLoadTests {
    private static let here = "127.0.0.1"
    /// Cells that end quotations, lines, words and statements where they can.
    private static let hostile = [
        "ann", "", "o'brien", "'; drop table people; --", "\\'; drop table people; --", "\\", "''", "E'",
        "$$", "$a$; drop table people",
        "*/ drop table people", "a\r\nDEL people\r\n", "$3\r\n", "é€😀", "\u{1}\u{7f}", "\"x\"", "{{number}}",
        "{{{{", "%s", "x\n",
    ]
    private static let people = DataRows(
        name: "p",
        columns: ["name"],
        rows: hostile.map { [$0] },
        pick: .inOrder
    )

    private static func run(
        _ request: RequestPlan,
        _ checks: [AnswerCheck] = [],
        data: [DataRows] = [people],
        connections: Int = 4
    ) async throws -> LoadBench.Result {
        var bench = LoadBench(port: request.port, connections: connections, request: request)
        bench.checks = checks
        bench.data = data
        return try await bench.run(LoadBench.steady(500, count: 200))
    }

    @Test(
        "Redis gets every word as it is in its row",
        .enabled(if: DataServer.hasRedis, "redis-server is missing: apt-get install redis-server")
    )
    func redis() async throws {
        let server = try DataServer.redis()
        func request(_ words: [String]) -> RequestPlan {
            .redis(
                RedisRequestPlan(
                    server: ServerAddress(host: Self.here, port: server.port),
                    command: words.map { Array($0.utf8) },
                    timeout: .seconds(5)
                )
            )
        }
        let set = try await Self.run(request(["SET", "people:{{number}}", "<{{p.name}}>"]))
        #expect(set.exchanges.outcomes == [.ok: 200])
        let same = "return redis.call('GET', KEYS[1]) == '<' .. ARGV[1] .. '>' and 1 or 0"
        let compared = try await Self.run(
            request(["EVAL", same, "1", "people:{{number}}", "{{p.name}}"]),
            [.body(.equals("1"))]
        )
        #expect(compared.exchanges.outcomes == [.ok: 200])
        let size = try await Self.run(request(["DBSIZE"]), [.body(.equals("200"))])
        #expect(size.exchanges.outcomes == [.ok: 200], "no row was a command")
    }

    @Test(
        "PostgreSQL gets every row as a value, whatever it holds and however the server reads a backslash",
        .enabled(if: DataServer.hasPostgres, "PostgreSQL 15 is missing: apt-get install postgresql-15"),
        arguments: ["on", "off"]
    )
    func postgres(_ conforming: String) async throws {
        let server = try DataServer.postgres()
        try server.psql("create table people (id int primary key, name text)")
        try server.psql("alter role postgres set standard_conforming_strings = \(conforming)")
        func request(_ query: String, _ parameters: [String]? = nil) -> RequestPlan {
            .postgres(
                PostgresRequestPlan(
                    server: ServerAddress(host: Self.here, port: server.port, user: "postgres"),
                    database: "postgres",
                    query: query,
                    isPrepared: parameters != nil,
                    parameters: parameters ?? [],
                    timeout: .seconds(5)
                )
            )
        }
        let insert = try await Self.run(request("insert into people values ({{number}}, {{p.name}})"))
        #expect(insert.exchanges.outcomes == [.ok: 200])
        let one: [AnswerCheck] = [.value(ResultCell(), .equals("1"))]
        let prepared = request(
            "select count(*) from people where id = $1::int and name = $2",
            ["{{number}}", "{{p.name}}"]
        )
        #expect(try await Self.run(prepared, one).exchanges.outcomes == [.ok: 200])
        let simple = request("select count(*) from people where id = {{number}} and name = {{p.name}} -- '")
        #expect(try await Self.run(simple, one).exchanges.outcomes == [.ok: 200])
        let whole = try await Self.run(
            request("select count(*) from people"),
            [.value(ResultCell(), .equals("200"))]
        )
        #expect(whole.exchanges.outcomes == [.ok: 200], "no row was a statement")
        // Who says raw gets it.
        let raw = [DataRows(name: "c", columns: ["x"], rows: [["id < 10"], ["id >= 190"]], pick: .inOrder)]
        let clause = try await Self.run(
            request("select count(*) from people where {{raw c.x}}"),
            [.value(ResultCell(), .equals("10"))],
            data: raw
        )
        #expect(clause.exchanges.outcomes == [.ok: 200])
    }

    @Test("HTTP/2 asks for each row's path", .enabled(if: LoadNginx.isInstalled, "nginx is missing"))
    func http2() async throws {
        let nginx = try LoadNginx(http2: true)
        let request = RequestPlan.http(
            HTTPRequestPlan(
                method: "POST",
                address: HTTPAddress(host: Self.here, port: nginx.port, path: "/{{f.file}}?{{number}}"),
                headers: [HTTPField(name: "x-id", value: "{{uuid}}")],
                body: "{{random 1 1000000}}",
                timeout: .seconds(5),
                version: .two
            )
        )
        let files = DataRows(name: "f", columns: ["file"], rows: [["empty"], ["none"]], pick: .inOrder)
        let result = try await Self.run(request, data: [files])
        #expect(result.exchanges.outcomes == [.answered(status: 204): 100, .answered(status: 404): 100])
        for (number, exchange) in result.exchanges.enumerated() {
            #expect(exchange.outcome == .answered(status: number.isMultiple(of: 2) ? 204 : 404))
        }
    }

    @Test("a call's message is the row's, and comes back as it is")
    func grpc() async throws {
        try await GRPCServerUnderLoad.run { port in
            let request = RequestPlan.grpc(
                GRPCRequestPlan(
                    target: HostPort(host: Self.here, port: port),
                    call: .unary(path: "/test.Echo/Echo", message: Array("{{t.text}}".utf8)),
                    metadata: [HTTPField(name: "x-token", value: "{{t.token}}")],
                    timeout: .seconds(5)
                )
            )
            let texts = DataRows(
                name: "t",
                columns: ["text", "token"],
                rows: [["one", "secret"], ["two", "wrong"], ["", "secret"], ["four", "secret"]],
                pick: .inOrder
            )
            let result = try await Self.run(
                request,
                [.body(.matches(try BytePattern("^(one|four)$")))],
                data: [texts]
            )
            let error = Outcome.error(AnswerError(.grpc, 16))
            #expect(result.exchanges.outcomes == [.ok: 100, error: 50, .error(AnswerError(.check, 0)): 50])
        }
    }

    @Test("TCP and UDP send what their number says, and know it again")
    func bytes() async throws {
        let server = try RawServer { _, request in .init(pieces: ["got\n"]) }
        defer { server.end() }
        let tcp = RequestPlan.tcp(
            TCPRequestPlan(
                target: HostPort(host: Self.here, port: server.port),
                send: Array("{{number}} {{p.name}}\r\n\r\n".utf8),
                expect: .line,
                timeout: .seconds(5)
            )
        )
        let names = DataRows(name: "p", columns: ["name"], rows: [["a"], ["b"], ["c"]], pick: .inOrder)
        let lines = try await Self.run(tcp, [.body(.equals("got\n"))], data: [names])
        #expect(lines.exchanges.outcomes == [.ok: 200])
        let expected = Set((0..<200).map { "\($0) \(["a", "b", "c"][$0 % 3])\r\n\r\n" })
        #expect(Set(server.requests) == expected && server.requests.count == 200)

        let echo = try DatagramServer { number, request in [number % 10 == 9 ? Array("other".utf8) : request]
        }
        defer { echo.end() }
        let udp = RequestPlan.udp(
            EchoRequestPlan(
                target: HostPort(host: Self.here, port: echo.port),
                payload: .fixed(Array("{{number}} {{p.name}}".utf8), .echo),
                timeout: .seconds(2)
            )
        )
        let echoes = try await Self.run(udp)
        #expect(echoes.exchanges.outcomes == [.ok: 180, .wrongAnswer: 20])
        let sent = (0..<200).map { Array("\($0) \(Self.hostile[$0 % Self.hostile.count])".utf8) }
        #expect(Set(echo.requests) == Set(sent))
    }

    @Test(
        "DNS asks for each row's name",
        .enabled(if: LoadDNSServer.isInstalled, "dnsmasq is missing: apt-get install dnsmasq-base"),
        arguments: DNSRequestPlan.Transport.allCases
    )
    func dns(_ over: DNSRequestPlan.Transport) async throws {
        let server = try LoadDNSServer()
        let request = RequestPlan.dns(
            DNSRequestPlan(
                server: HostPort(host: Self.here, port: server.port),
                name: "{{n.host}}.test",
                type: .a,
                over: over,
                timeout: .seconds(3)
            )
        )
        let names = DataRows(
            name: "n",
            columns: ["host"],
            rows: [["web"], ["x{{number}}.y"], ["WEB"]],
            pick: .inOrder
        )
        let result = try await Self.run(request, [.records(1...1)], data: [names])
        for (number, exchange) in result.exchanges.enumerated() {
            #expect(exchange.outcome == (number % 3 == 1 ? .error(AnswerError(.dns, 3)) : .ok))
        }
    }
}

import Measures
import Plan
import Recording
import Testing

@testable import Codecs

/// Requests that differ, in the bytes of every protocol: their lengths are right, and what is to come back is what was sent.
@Suite struct ProtocolTemplateTests {
    private static let data = [
        DataRows(
            name: "u",
            columns: ["name", "id"],
            rows: [["ann", "1"], ["o'b \\é\r\n", "22"], ["", "333"]],
            pick: .inOrder
        )
    ]
    private static let here = HostPort(host: "127.0.0.1", port: 9)

    private func sent<C: Conversation>(_ type: C.Type, _ script: C.Script, _ number: UInt64) -> [UInt8] {
        var conversation = C(script)
        var output = OutputBytes(capacity: 64)
        _ = conversation.ask(number, into: &output)
        return Array(output.bytes)
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    // MARK: Redis

    @Test func `a Redis command has every word's own length`() throws {
        let command = ["SET", "k:{{u.id}}", "{{u.name}}", "{{{{x}}", ""].map { Array($0.utf8) }
        let plan = RedisRequestPlan(
            server: ServerAddress(host: "h", port: 1),
            command: command,
            timeout: .seconds(1)
        )
        let template = try #require(try RedisTemplate(command, data: Self.data, seed: 1))
        let script = RedisScript(plan, password: nil, template: template)
        for number in UInt64(0)..<6 {
            let row = Self.data[0].rows[Int(number % 3)]
            let words = ["SET", "k:" + row[1], row[0], "{{x}}", ""]
            let expected = "*5\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
            #expect(text(sent(RedisConversation.self, script, number)) == expected)
        }
        #expect(try RedisTemplate(["GET", "x"].map { Array($0.utf8) }, data: Self.data, seed: 1) == nil)
        #expect(throws: CodecError.self) {
            try RedisTemplate([Array("{{u.x}}".utf8)], data: Self.data, seed: 1)
        }
        // What is no UTF-8 is what it is.
        #expect(try RedisTemplate([[0xff] + Array("{{number}}".utf8)], data: Self.data, seed: 1) == nil)
    }

    // MARK: PostgreSQL

    private func postgres(_ query: String, parameters: [String]? = nil, data: [DataRows] = Self.data) throws
        -> PostgresScript
    {
        try PostgresScript(
            PostgresRequestPlan(
                server: ServerAddress(host: "h", port: 1),
                database: "d",
                query: query,
                isPrepared: parameters != nil,
                parameters: parameters ?? [],
                timeout: .seconds(1)
            ),
            password: nil,
            data: data,
            seed: 1
        )
    }

    /// Type and body of each message, whose lengths must fit.
    private func messages(_ bytes: [UInt8]) throws -> [(Character, [UInt8])] {
        var (all, rest) = ([(Character, [UInt8])](), bytes[...])
        while let type = rest.first {
            let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
            let message = rest.dropFirst(5).prefix(length - 4)
            try #require(message.count == length - 4)
            all.append((Character(Unicode.Scalar(type)), Array(message)))
            rest = rest.dropFirst(1 + length)
        }
        return all
    }

    @Test func `parameters of a prepared query are as long as they say`() throws {
        let script = try postgres("select $1, $2, $3", parameters: ["{{u.name}}", "7", "<{{number}}>"])
        for number in UInt64(0)..<6 {
            let all = try messages(sent(PostgresConversation.self, script, number))
            #expect(all.map(\.0) == ["P", "B", "E", "S"])
            let row = Self.data[0].rows[Int(number % 3)]
            let values = [row[0], "7", "<\(number)>"].flatMap { value in
                withUnsafeBytes(of: UInt32(value.utf8.count).bigEndian) { Array($0) } + Array(value.utf8)
            }
            #expect(all[1].1 == [0] + Array("faultline\0".utf8) + [0, 0, 0, 3] + values + [0, 0])
        }
        let named = try PostgresScript(
            PostgresRequestPlan(
                server: ServerAddress(host: "h", port: 1),
                database: "d",
                query: "select $1 as a",
                isPrepared: true,
                parameters: ["{{number}}"],
                timeout: .seconds(1)
            ),
            password: nil,
            checks: [.value(ResultCell(column: .name("a")), .isNothing(false))]
        )
        #expect(
            try messages(sent(PostgresConversation.self, named, 3)).map(\.0) == ["P", "B", "D", "E", "S"]
        )
    }

    @Test func `data in a simple query are literals, unless the query says raw`() throws {
        let script = try postgres("select {{u.name}}, {{raw u.id}}, '{{number}}'")
        for (number, expected) in [
            (UInt64(0), "select  E'ann', 1, '0'"), (4, "select  E'o''b \\\\é\r\n', 22, '4'"),
            (5, "select  E'', 333, '5'"),
        ] {
            let all = try messages(sent(PostgresConversation.self, script, number))
            #expect(all.count == 1 && all[0].0 == "Q" && text(all[0].1) == expected + "\0")
        }
        #expect(throws: CodecError.self) { try postgres("select '{{u.name}}'") }
        let zero = [DataRows(name: "u", columns: ["name"], rows: [["a"], ["b\0c"]], pick: .random)]
        for query in ["select {{u.name}}", "select {{raw u.name}}"] {
            let error = #expect(throws: CodecError.self) { try postgres(query, data: zero) }
            #expect(error?.message.contains("u.name in row 2 holds a NUL") == true)
        }
        #expect(throws: CodecError.self) { try postgres("select $1", parameters: ["{{u.name}}"], data: zero) }
    }

    @Test func `raw and quoted columns are of one row, drawn ones too`() throws {
        let rows = (0..<50).map { ["a\($0)", "\($0)"] }
        let data = [DataRows(name: "u", columns: ["a", "b"], rows: rows, pick: .random)]
        let script = try postgres("{{u.a}} {{raw u.b}}", data: data)
        var seen: Set<String> = []
        for number in UInt64(0)..<200 {
            let query = text(try messages(sent(PostgresConversation.self, script, number))[0].1)
            let parts = query.dropLast().split(separator: " ")
            #expect(parts[0] == "E'a\(parts[1])'")
            seen.insert(String(parts[1]))
        }
        #expect(seen.count > 30)
    }

    // MARK: TCP, UDP, DNS

    @Test func `what is echoed is compared with what this request sent`() throws {
        let send = Array("<{{u.name}}{{number}}>\n".utf8)
        let tcp = TCPScript(
            TCPRequestPlan(target: Self.here, send: send, expect: .echo, timeout: .seconds(1)),
            template: try PayloadTemplate(send, data: Self.data, seed: 1)
        )
        let udp = EchoScript(
            udp: EchoRequestPlan(target: Self.here, payload: .fixed(send, .echo), timeout: .seconds(1)),
            token: 1,
            template: try PayloadTemplate(send, data: Self.data, seed: 1)
        )
        for number in UInt64(0)..<6 {
            let right = Array("<\(Self.data[0].rows[Int(number % 3)][0])\(number)>\n".utf8)
            let next = Array("<\(Self.data[0].rows[Int((number + 1) % 3)][0])\(number + 1)>\n".utf8)
            #expect(sent(TCPConversation.self, tcp, number) == right)
            let feeding = Feeding<TCPConversation>(script: tcp, number: number)
            feeding.expect(.complete(.ok, reusable: true), of: right)
            #expect(feeding.run([next]).0 == .complete(.wrongAnswer, reusable: false))
            #expect(sent(EchoConversation.self, udp, number) == right)
            let datagram = Feeding<EchoConversation>(script: udp, number: number)
            #expect(datagram.run([right]).0 == .complete(.ok, reusable: false))
            #expect(datagram.run([next]).0 == .complete(.wrongAnswer, reusable: false))
            #expect(datagram.run([Array(send)]).0 == .complete(.wrongAnswer, reusable: false))
            feeding.fuzz(from: right, rounds: 2_000)
        }
    }

    @Test func `a name is asked for in labels, and its own answer answers it`() throws {
        let data = [
            DataRows(name: "h", columns: ["name"], rows: [["web.test"], ["a.b.c"], ["x"]], pick: .inOrder)
        ]
        for (over, name) in [
            (DNSRequestPlan.Transport.udp, "{{h.name}}"), (.tcp, "{{h.name}}"),
            (.udp, "n{{number}}.{{h.name}}"),
        ] {
            let plan = DNSRequestPlan(
                server: Self.here,
                name: name,
                type: .a,
                over: over,
                timeout: .seconds(1)
            )
            let template = try PayloadTemplate(Array(name.utf8), data: data, seed: 1)
            let script = DNSScript(plan, template: template)
            for number in UInt64(0)..<6 {
                let filled = (name.hasPrefix("n") ? "n\(number)." : "") + data[0].rows[Int(number % 3)][0]
                let fixed = DNSScript(
                    DNSRequestPlan(
                        server: Self.here,
                        name: filled,
                        type: .a,
                        over: over,
                        timeout: .seconds(1)
                    )
                )
                let message = sent(DNSConversation.self, script, number)
                #expect(message == sent(DNSConversation.self, fixed, number), "\(filled)")
                let start = over == .tcp ? 2 : 0
                let labels = filled.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
                #expect(Array(message[(start + 12)..<(start + 12 + labels.count + 1)]) == labels + [0])
                // The same message as an answer without records, and that of another name.
                var answer = message
                answer[start + 2] |= 0x80
                let feeding = Feeding<DNSConversation>(script: script, number: number)
                #expect(feeding.run([answer]).0 == .complete(.ok, reusable: true))
                answer[start + 13] ^= 3
                #expect(feeding.run([answer]).0 == (over == .udp ? .incomplete : .failed(.malformed)))
            }
        }
    }

    // MARK: HTTP/2 and gRPC

    @Test func `a request over HTTP2 is filled everywhere, and a call's message has its length`() throws {
        let plan = HTTPRequestPlan(
            method: "POST",
            address: HTTPAddress(host: "x", port: 80, path: "/u/{{u.id}}"),
            headers: [HTTPField(name: "X-Id", value: "{{number}}-{{u.id}}")],
            body: "<{{u.name}}>",
            timeout: .seconds(1),
            version: .two
        )
        let script = try HTTP2Script(plan, data: Self.data, seed: 1)
        let template = try #require(script.template)
        for number in UInt64(0)..<6 {
            let row = Self.data[0].rows[Int(number % 3)]
            var output = OutputBytes()
            #expect(template.writeBody(number, into: &output))
            let body = text(Array(output.bytes))
            output.clear()
            var ends: [(place: Int, end: Int)] = []
            template.writeFields(number, into: &output) { ends.append(($0, $1)) }
            var values: [String: String] = [:]
            var start = 0
            for (place, end) in ends {
                values[text(script.fields[place].name)] = text(Array(output.bytes[start..<end]))
                start = end
            }
            #expect(body == "<\(row[0])>")
            let expected = [
                ":path": "/u/\(row[1])", "x-id": "\(number)-\(row[1])",
                "content-length": "\(body.utf8.count)",
            ]
            #expect(values == expected && start == output.count && ends.map(\.place) == template.places)
        }
        let call = GRPCRequestPlan(
            target: Self.here,
            call: .unary(path: "/a.B/C{{u.id}}", message: Array("{{u.name}}".utf8)),
            metadata: [],
            timeout: .seconds(1)
        )
        let grpc = try HTTP2Script(call, data: Self.data, seed: 1)
        let feeding = Feeding<HTTP2Conversation>(script: grpc, number: 1)
        let name = Self.data[0].rows[1][0].utf8
        #expect(feeding.run([]).1.suffix(5 + name.count) == [0, 0, 0, 0, UInt8(name.count)] + Array(name))
    }

    @Test func `a row that would make another request of it is refused by its place`() throws {
        func http(path: String, header: String) throws -> HTTP2Script {
            let plan = HTTPRequestPlan(
                method: "GET",
                address: HTTPAddress(host: "x", port: 80, path: path),
                headers: [HTTPField(name: "X", value: header)],
                body: "",
                timeout: .seconds(1),
                version: .two
            )
            let rows = [["ok"], ["a b"], ["c\nd"], [" e"]]
            return try HTTP2Script(
                plan,
                data: [DataRows(name: "e", columns: ["x"], rows: rows, pick: .inOrder)]
            )
        }
        let path = #expect(throws: CodecError.self) { try http(path: "/{{e.x}}", header: "a") }
        #expect(path?.message.contains("e.x in row 2") == true)
        let header = #expect(throws: CodecError.self) { try http(path: "/", header: "{{e.x}}") }
        #expect(header?.message.contains("e.x in row 3") == true)
        let blank = [DataRows(name: "e", columns: ["x"], rows: [["a"], [" b"]], pick: .inOrder)]
        let plan = GRPCRequestPlan(
            target: Self.here,
            call: .health(service: ""),
            metadata: [HTTPField(name: "x", value: "{{e.x}}")],
            timeout: .seconds(1)
        )
        let space = #expect(throws: CodecError.self) { try HTTP2Script(plan, data: blank) }
        #expect(space?.message.contains("e.x in row 2 begins or ends with a space") == true)
    }

    @Test func `two braces that are no template are what is sent, in every version of HTTP`() throws {
        let plan = HTTPRequestPlan(
            method: "POST",
            address: HTTPAddress(host: "x", port: 80, path: "/"),
            headers: [],
            body: "{{{{x}}",
            timeout: .seconds(1)
        )
        var output = OutputBytes()
        try HTTPScript(plan).write(0, into: &output)
        #expect(text(Array(output.bytes)).hasSuffix("Content-Length: 5\r\n\r\n{{x}}"))
        let two = Feeding<HTTP2Conversation>(script: try HTTP2Script(plan))
        #expect(text(two.run([]).1).hasSuffix("{{x}}"))
    }
}

import Codecs
import Measures
import Plan
import Testing

@Suite struct SecurityRequestTests {
    private static func request() throws -> SecurityRequest {
        let plan = PostgresRequestPlan(
            server: ServerAddress(host: "h", port: 5432),
            database: "d",
            query: "",
            isPrepared: false,
            timeout: .seconds(1)
        )
        return try #require(try PostgresScript(plan, password: nil).securityRequest)
    }

    private static func meaning(_ answer: [UInt8]) throws -> SecurityRequest.Answer {
        try answer.withUnsafeBytes { try request().meaning(of: $0) }
    }

    @Test("PostgreSQL is asked for TLS by eight bytes, a length and 1234.5679")
    func bytes() throws {
        let code = 1_234 << 16 | 5_679
        let bytes = [8, code].flatMap { number in (0..<4).map { UInt8(number >> (24 - 8 * $0) & 0xff) } }
        #expect(try Self.request().bytes == bytes)
    }

    @Test("one S and nothing behind it agrees; whatever else is a refusal with its reason")
    func answers() throws {
        #expect(try Self.meaning(Array("S".utf8)) == .agreed)
        for (answer, reason) in [
            ("N", "offers no TLS"), ("E\0\0\0\u{9}SFATAL", "with an error"),
            ("SR\0\0\0\u{8}\0\0\0\0", "in the clear"), ("SS", "in the clear"),
            ("HTTP/1.1 400", "does not speak"),
            ("s", "does not speak"), ("", "no answer"),
        ] {
            guard case .refused(let complaint) = try Self.meaning(Array(answer.utf8)) else {
                Issue.record("\(answer) agrees")
                continue
            }
            #expect(complaint.contains(reason), "\(complaint)")
        }
        var random = SeededGenerator(seed: 5)
        for _ in 0..<20_000 {
            let answer = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                UInt8.random(in: .min ... .max, using: &random)
            }
            #expect((try Self.meaning(answer) == .agreed) == (answer == Array("S".utf8)))
        }
    }
}

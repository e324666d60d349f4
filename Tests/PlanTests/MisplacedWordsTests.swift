import Testing

@testable import Plan

/// Options of a command line that say nothing of its URL's protocol.
@Suite struct MisplacedWordsTests {
    private func misplaced(_ url: String, _ change: (inout LoadWords) -> Void = { _ in }) -> String? {
        var words = LoadWords()
        words.url = url
        change(&words)
        return words.misplaced
    }

    @Test func `an option is named with the schemes where it belongs`() {
        #expect(
            misplaced("dns://h/a") { $0.isHTTP2 = true }
                == "--http2 belongs to http:// and https://, and the URL is dns://"
        )
        #expect(
            misplaced("udp://h:1") { $0.command = "GET x" }
                == "--command belongs to redis:// and rediss://, and the URL is udp://"
        )
        #expect(
            misplaced("redis://h") { $0.headers = ["a: b"] }
                == "--header belongs to http://, https://, grpc:// and grpcs://, and the URL is redis://"
        )
        #expect(
            misplaced("icmp://h") { $0.data = ["u.csv"] }
                == "--data belongs to http://, https://, redis://, rediss://, postgres://, grpc://, grpcs://, tcp://, udp:// "
                + "and dns://, and the URL is icmp://"
        )
        #expect(
            misplaced("postgres://h") { $0.bodyTexts = ["a"] }?.hasPrefix("--expect-body belongs to http://")
                == true
        )
    }

    /// By option: where it belongs.
    private static let options: [(String, Set<String>, @Sendable (inout LoadWords) -> Void)] = {
        let http: Set = ["http", "https"]
        let redis: Set = ["redis", "rediss"]
        let postgres: Set = ["postgres", "postgresql"]
        let grpc: Set = ["grpc", "grpcs"]
        let bytes: Set = ["tcp", "udp"]
        let bodies = http.union(redis).union(bytes).union(grpc)
        return [
            ("--method", http, { $0.method = "POST" }), ("--http2", http, { $0.isHTTP2 = true }),
            ("--streams", http.union(grpc), { $0.streams = "10" }),
            ("--pipeline", redis, { $0.pipeline = "16" }),
            ("--status", http, { $0.statuses = "200" }),
            ("--header", http.union(grpc), { $0.headers = ["a: b"] }),
            ("--body", http.union(bytes).union(grpc), { $0.body = "a" }),
            ("--expect", bytes, { $0.expect = "echo" }), ("--command", redis, { $0.command = "PING" }),
            ("--resp", redis, { $0.version = "3" }), ("--query", postgres, { $0.query = "select 1" }),
            ("--prepared", postgres, { $0.isPrepared = true }),
            ("--parameter", postgres, { $0.parameters = ["a"] }),
            ("--password-variable", redis.union(postgres), { $0.passwordVariable = "FAULTLINE_A" }),
            ("--expect-header", http.union(grpc), { $0.answerHeaders = ["a: b"] }),
            ("--expect-body", bodies, { $0.bodyTexts = ["a"] }),
            ("--expect-match", bodies, { $0.bodyPatterns = ["a"] }),
            ("--expect-json", bodies.subtracting(grpc), { $0.jsonValues = ["/a"] }),
            ("--expect-value", postgres, { $0.resultValues = ["a=b"] }),
            ("--expect-rows", postgres, { $0.resultRows = "1" }),
            ("--expect-address", ["dns"], { $0.addresses = ["::1"] }),
            ("--expect-records", ["dns"], { $0.records = "1" }),
            ("--expect-code", grpc.union(["dns"]), { $0.answerCode = "3" }),
        ]
    }()

    @Test(arguments: LoadScheme.allCases.map(\.rawValue))
    func `of every scheme, every option is taken or refused by name`(_ scheme: String) {
        for (option, schemes, change) in Self.options {
            let found = misplaced("\(scheme)://h:1/x", change)
            #expect((found == nil) == schemes.contains(scheme), "\(option): \(found ?? "taken")")
            if let found { #expect(found.hasPrefix("\(option) belongs to ")) }
        }
        #expect(misplaced("\(scheme)://h:1/x") == nil)
    }

    @Test func `a scheme that nobody speaks is told with all that are spoken`() {
        #expect(
            misplaced("ftp://x/")
                == "'ftp://' is no scheme of a load; expected one of http://, https://, redis://, rediss://, postgres://, grpc://, "
                + "grpcs://, tcp://, udp://, dns:// and icmp://"
        )
    }
}

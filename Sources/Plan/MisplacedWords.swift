/// Words that say nothing of the URL's protocol: they would be passed over without a word.
extension LoadWords {
    private typealias Words = (option: String, schemes: [LoadScheme], isGiven: Bool)

    var scheme: LoadScheme? { LoadScheme(rawValue: URLParts(url).scheme) }

    /// nil: all that is given is for this URL.
    package var misplaced: String? {
        guard url.contains("://") else { return nil }
        guard let scheme else {
            let written = "\(URLParts(url).scheme)://"
            return "\(quoted(written)) is no scheme of a load; expected one of \(LoadScheme.listed)"
        }
        return (asking + expecting).first { $0.isGiven && !$0.schemes.contains(scheme) }.map {
            "\($0.option) belongs to \($0.schemes.filter { $0 != .postgresql }.spoken), and the URL is \(scheme.text)"
        }
    }

    private static let ofHTTP: [LoadScheme] = [.http, .https]
    private static let ofRedis: [LoadScheme] = [.redis, .rediss]
    private static let ofPostgres: [LoadScheme] = [.postgres, .postgresql]
    private static let ofBytes: [LoadScheme] = [.tcp, .udp]
    private static let ofGRPC: [LoadScheme] = [.grpc, .grpcs]
    private static let secured: [LoadScheme] = [.https, .rediss, .postgres, .postgresql, .grpcs]

    private var asking: [Words] {
        [
            ("--method", Self.ofHTTP, method != "GET"), ("--http2", Self.ofHTTP, isHTTP2),
            ("--streams", Self.ofHTTP + Self.ofGRPC, streams != nil),
            ("--pipeline", Self.ofRedis, pipeline != nil),
            ("--header", Self.ofHTTP + Self.ofGRPC, !headers.isEmpty),
            ("--body", Self.ofHTTP + Self.ofGRPC + Self.ofBytes, !body.isEmpty),
            ("--expect", Self.ofBytes, expect != nil),
            ("--command", Self.ofRedis, command != nil), ("--resp", Self.ofRedis, version != "2"),
            ("--query", Self.ofPostgres, query != nil), ("--prepared", Self.ofPostgres, isPrepared),
            ("--parameter", Self.ofPostgres, !parameters.isEmpty),
            ("--password-variable", Self.ofRedis + Self.ofPostgres, passwordVariable != nil),
            ("--insecure", Self.secured, trust == "anyone"), ("--cacert", Self.secured, trust != nil),
            ("--server-name", Self.secured, serverName != nil),
            ("--data", LoadScheme.allCases.filter { $0 != .icmp }, !data.isEmpty),
        ]
    }

    private var expecting: [Words] {
        let withBody = Self.ofHTTP + Self.ofGRPC + Self.ofRedis + Self.ofBytes
        return [
            ("--status", Self.ofHTTP, statuses != "200-399"),
            ("--expect-header", Self.ofHTTP + Self.ofGRPC, !answerHeaders.isEmpty),
            ("--expect-body", withBody, !bodyTexts.isEmpty),
            ("--expect-match", withBody, !bodyPatterns.isEmpty),
            ("--expect-json", Self.ofHTTP + Self.ofRedis + Self.ofBytes, !jsonValues.isEmpty),
            ("--expect-value", Self.ofPostgres, !resultValues.isEmpty),
            ("--expect-rows", Self.ofPostgres, resultRows != nil),
            ("--expect-address", [.dns], !addresses.isEmpty),
            ("--expect-records", [.dns], records != nil),
            ("--expect-code", Self.ofGRPC + [.dns], answerCode != nil),
        ]
    }
}

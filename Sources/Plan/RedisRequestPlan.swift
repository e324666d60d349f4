package struct RedisRequestPlan: Sendable, Equatable, Codable {
    package let server: ServerAddress
    /// SELECTed on each connection unless 0.
    package let database: Int
    /// Its words, the first of them its name.
    package let command: [[UInt8]]
    /// RESP2 or RESP3, which is asked for by HELLO.
    package let version: Version
    /// Commands under way on one connection, at most.
    package let pipeline: Int
    /// nil: connections are not secured.
    package let tls: TLSPlan?
    /// From the actual send; beyond it the outcome is unknown.
    package let timeout: Duration

    package enum Version: Int, Sendable, Codable, CaseIterable {
        case two = 2
        case three = 3
    }

    package init(
        server: ServerAddress,
        database: Int = 0,
        command: [[UInt8]],
        version: Version = .two,
        pipeline: Int = 1,
        tls: TLSPlan? = nil,
        timeout: Duration
    ) {
        self.server = server
        self.database = database
        self.command = command
        self.version = version
        self.pipeline = pipeline
        self.tls = tls
        self.timeout = timeout
    }

    var scheme: String { tls == nil ? "redis" : "rediss" }

    /// In a line, for people.
    package var text: String {
        let words = command.map { RedisCommandText.quote($0) }.joined(separator: " ")
        let what = "\(words.shortened) at \(scheme)://\(server.authority)/\(database)"
        return pipeline == 1 ? what : "\(what), \(pipeline) in a pipeline"
    }
}

extension String {
    /// For a line: at most 64 characters, without what would end it.
    var shortened: String {
        let scalars = unicodeScalars.prefix(64).map { isControl($0) ? " " : $0 }
        return String(String.UnicodeScalarView(scalars)) + (unicodeScalars.count > 64 ? "…" : "")
    }
}

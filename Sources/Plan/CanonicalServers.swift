import Measures

/// Loads of databases in canonical text. The host that sends reads it, so the password is in it.
extension CanonicalText {
    static func redis(_ redis: RedisRequestPlan) -> String {
        map([
            ("url", quote(redis.server.url(redis.scheme, path: "/\(redis.database)"))),
            ("command", quote(redis.command.map { RedisCommandText.quote($0) }.joined(separator: " "))),
            ("protocol", "\(redis.version.rawValue)"),
            passwordVariable(redis.server),
            ("pipeline", redis.pipeline == 1 ? nil : "\(redis.pipeline)"),
            ("tls", tls(redis.tls)),
            ("timeout", redis.timeout.text),
        ])
    }

    static func postgres(_ postgres: PostgresRequestPlan) -> String {
        map([
            ("url", quote(postgres.server.url("postgres", path: "/\(ServerURL.encode(postgres.database))"))),
            ("query", quote(postgres.query)),
            ("prepared", "\(postgres.isPrepared)"),
            ("parameters", postgres.parameters.isEmpty ? nil : list(postgres.parameters.map(quote))),
            passwordVariable(postgres.server),
            ("tls", tls(postgres.tls)),
            ("timeout", postgres.timeout.text),
        ])
    }

    static func passwordVariable(_ server: ServerAddress) -> (String, String?) {
        guard case .variable(let name) = server.secret else { return ("password-variable", nil) }
        return ("password-variable", quote(name))
    }
}

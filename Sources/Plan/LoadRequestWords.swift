/// What is asked, as the URL's scheme has it.
extension LoadWords {
    private enum Kind: String {
        case http
        case redis
        case postgres
    }

    private var kind: Kind {
        switch scheme {
        case .redis, .rediss: .redis
        case .postgres, .postgresql: .postgres
        default: .http
        }
    }

    /// The line of an experiment file, "http: { … }".
    var requestLine: String {
        let quote = CanonicalText.quote
        let own: [(String, String?)] =
            switch kind {
            case .http:
                [
                    ("method", quote(method)), ("headers", CanonicalText.map(fields)), ("body", quote(body)),
                    ("version", isHTTP2 ? quote("2") : nil), ("streams", streams.map(quote)),
                    security,
                ]
            case .redis:
                [
                    ("command", quote(command ?? "PING")), ("protocol", quote(version)),
                    ("pipeline", pipeline.map(quote)),
                    ("password-variable", passwordVariable.map(quote)), security,
                ]
            case .postgres:
                [
                    ("query", quote(query ?? "SELECT 1")), ("prepared", "\(isPrepared)"),
                    ("parameters", parameters.isEmpty ? nil : CanonicalText.list(parameters.map(quote))),
                    ("password-variable", passwordVariable.map(quote)), security,
                ]
            }
        let all = [("url", quote(url))] + own + [("timeout", quote(timeout))]
        return "\(kind.rawValue): \(CanonicalText.map(all))"
    }

    /// `tls:`, where something is said of it.
    var security: (String, String?) {
        let words = [("trust", trust), ("name", serverName)].map { ($0.0, $0.1.map(CanonicalText.quote)) }
        return ("tls", trust != nil || serverName != nil ? CanonicalText.map(words) : nil)
    }

    /// The headers, quoted.
    var fields: [(String, String?)] {
        headers.map { header in
            let (name, value) = Self.parts(header, at: ":")
            return (CanonicalText.quote(name), CanonicalText.quote(value ?? ""))
        }
    }
}

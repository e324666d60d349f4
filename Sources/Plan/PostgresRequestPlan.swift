package struct PostgresRequestPlan: Sendable, Equatable, Codable {
    /// With a user.
    package let server: ServerAddress
    package let database: String
    /// May be empty: PostgreSQL answers that as well.
    package let query: String
    /// Parsed once a connection and then only executed; else each request is a simple query.
    package let isPrepared: Bool
    /// The values of $1, $2, … of a prepared query, as texts.
    package let parameters: [String]
    /// nil: connections are not secured.
    package let tls: TLSPlan?
    /// From the actual send; beyond it the outcome is unknown.
    package let timeout: Duration

    package init(
        server: ServerAddress,
        database: String,
        query: String,
        isPrepared: Bool,
        parameters: [String] = [],
        tls: TLSPlan? = nil,
        timeout: Duration
    ) {
        self.server = server
        self.database = database
        self.query = query
        self.isPrepared = isPrepared
        self.parameters = parameters
        self.tls = tls
        self.timeout = timeout
    }

    package var user: String { server.user ?? Self.standardUser }
    static let standardUser = "postgres"

    /// In a line, for people.
    package var text: String {
        "\(query.shortened) at postgres://\(server.authority)/\(database)\(tls == nil ? "" : " over TLS")"
            + (isPrepared ? ", prepared" : "")
    }
}

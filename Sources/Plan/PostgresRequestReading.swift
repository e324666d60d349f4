import Measures

extension Reader {
    private static let mostParameters = 1_000
    static let postgresForm = "postgres://user:password@host:5432/database"

    /// `postgres:` of a load.
    func postgresRequest(_ value: Value, hosts: [String]) -> PostgresRequestPlan? {
        let keys = ["url", "query", "prepared", "parameters", "password-variable", "timeout", "tls"]
        guard let fields = Fields(value, "postgres", keys: keys, problems: problems) else { return nil }
        let server = server(
            fields,
            schemes: ["postgres", "postgresql"],
            form: Self.postgresForm,
            standardPort: 5432,
            hosts: hosts
        )
        let query = fields.required("query", "SELECT 1").flatMap { text($0, "query", expected: "a text") }
        let isPrepared = optional(fields["prepared"], false) { value in
            word(value, "prepared", of: ["true", "false"]).map { $0 == "true" }
        }
        let parameters = optional(fields["parameters"], []) { postgresParameters($0, isPrepared, fields) }
        let timeout = requestTimeout(fields)
        let path = (server?.path ?? "").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let database = server.flatMap { server in
            postgresDatabase(path.first ?? "", user: server.address.user, at: server.place)
        }
        let tls = postgresTLS(fields, path.count > 1 ? path[1] : "", at: server?.place ?? fields.place)
        guard let server, let database, let query, let isPrepared, let parameters, let timeout, let tls else {
            return nil
        }
        return PostgresRequestPlan(
            server: server.address,
            database: database,
            query: query,
            isPrepared: isPrepared,
            parameters: parameters,
            tls: tls,
            timeout: timeout
        )
    }

    /// A list of texts, which only a prepared query takes.
    private func postgresParameters(_ value: Value, _ isPrepared: Bool?, _ fields: Fields) -> [String]? {
        let items = items(value, "parameters", most: Self.mostParameters)
        let texts = items.compactMap { text($0, "a parameter", expected: "a text") }
        guard texts.count == items.count else { return nil }
        guard isPrepared != false || texts.isEmpty else {
            let message = "a simple query takes no parameters; expected prepared: true beside them"
            problems.add("parameters", at: fields.place(of: "parameters"), message)
            return nil
        }
        return texts
    }

    /// "/name"; without one it is the user's, as PostgreSQL has it.
    private func postgresDatabase(_ path: Substring, user: String?, at place: Place) -> String? {
        let name = path.dropFirst()
        guard !name.isEmpty else { return user ?? PostgresRequestPlan.standardUser }
        guard !name.contains("/"), let decoded = ServerURL.decode(name) else {
            let message = "url has no database \(quoted(String(name))); expected \(Self.postgresForm)"
            problems.add("address", at: place, message)
            return nil
        }
        return decoded
    }
}

import Measures

extension Reader {
    private static let redisForm = "redis://user:password@host:6379/0"
    private static let mostWords = 1_000
    /// After these a connection's answers are no longer one a command, or it speaks another protocol.
    private static let refusedCommands: Set<String> = [
        "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "MONITOR", "SYNC", "PSYNC", "HELLO", "AUTH", "SELECT",
        "QUIT",
        "RESET",
    ]

    /// `redis:` of a load.
    func redisRequest(_ value: Value, hosts: [String]) -> RedisRequestPlan? {
        let keys = ["url", "command", "protocol", "password-variable", "timeout", "pipeline", "tls"]
        guard let fields = Fields(value, "redis", keys: keys, problems: problems) else { return nil }
        let server = server(
            fields,
            schemes: ["redis", "rediss"],
            form: Self.redisForm,
            standardPort: 6379,
            hosts: hosts
        )
        let database = server.flatMap { redisDatabase($0.path, at: $0.place) }
        let command = fields.required("command", "\"GET x\" or [SET, k, v]").flatMap { redisCommand($0) }
        let version = optional(fields["protocol"], .two) { value in
            word(value, "protocol", of: ["2", "3"]).flatMap(Int.init).flatMap(RedisRequestPlan.Version.init)
        }
        let timeout = requestTimeout(fields)
        let tls = tls(fields, isSecure: server?.isSecure ?? false)
        let pipeline = underWay(fields, "pipeline")
        guard let server, let database, let command, let version, let timeout, let tls, let pipeline else {
            return nil
        }
        return RedisRequestPlan(
            server: server.address,
            database: database,
            command: command,
            version: version,
            pipeline: pipeline,
            tls: tls,
            timeout: timeout
        )
    }

    /// "/0", "/" or nothing.
    private func redisDatabase(_ path: String, at place: Place) -> Int? {
        if path.isEmpty || path == "/" { return 0 }
        guard let number = DecimalText(path.dropFirst())?.whole, (0...65_535).contains(number) else {
            problems.add(
                "address",
                at: place,
                "url has no database \(quoted(path)); expected \(Self.redisForm)"
            )
            return nil
        }
        return number
    }

    private func redisCommand(_ value: Value) -> [[UInt8]]? {
        guard let words = redisWords(value) else { return nil }
        guard let name = words.first, !name.isEmpty else {
            problems.add("command", at: value.place, "command is empty; expected for example GET x")
            return nil
        }
        let upper = String(decoding: name, as: UTF8.self).uppercased()
        let second = words.dropFirst().first.map { String(decoding: $0, as: UTF8.self).uppercased() } ?? ""
        let isSilent = upper == "CLIENT" && (second == "REPLY" || TextTemplate.isMeant(second))
        guard !TextTemplate.isMeant(upper) else {
            let message =
                "the command is \(quoted(upper)); expected a name that is the same each time, such as GET"
            problems.add("command", at: value.place, message)
            return nil
        }
        guard !Self.refusedCommands.contains(upper), !isSilent else {
            let message =
                "\(upper) changes what a connection answers; expected a command with one answer. AUTH, SELECT and HELLO "
                + "are the url's and protocol's"
            problems.add("command", at: value.place, message)
            return nil
        }
        return words
    }

    private func redisWords(_ value: Value) -> [[UInt8]]? {
        if value.list != nil {
            let texts = items(value, "command", most: Self.mostWords).map {
                text($0, "a word of command", expected: "a text")
            }
            let words = texts.compactMap { $0.map { Array($0.utf8) } }
            return words.count == texts.count ? words : nil
        }
        guard let text = text(value, "command", expected: "a command such as GET x") else { return nil }
        do throws(RedisCommandText.Fault) {
            return try RedisCommandText(text).words
        } catch {
            problems.add(
                "command",
                at: value.place,
                "command has a quotation that does not end, or that does not end its word; quote as redis-cli does"
            )
            return nil
        }
    }
}

package import Plan

/// A command and what opens a connection for it, encoded once for the whole run.
package struct RedisScript: ConversationScript, Equatable {
    /// The command as an array of bulk strings (RESP specification, "Sending commands to a Redis server").
    package let command: [UInt8]
    /// HELLO, AUTH and SELECT, as far as they are needed, in one piece.
    package let logIn: [UInt8]
    /// What its commands are, each with one answer: HELLO, AUTH, SELECT.
    package let logInNames: [String]
    /// Whether answers may have RESP3's types.
    package let speaksRESP3: Bool
    package let mayRepeat: Bool
    package let mostUnderWay: Int
    let checks: ContentChecks
    /// Where commands differ; `command` is empty then.
    private let template: RedisTemplate?

    /// - Parameters:
    ///   - password: nil: none.
    ///   - template: of the plan's command; nil: it is the same each time.
    package init(
        _ plan: RedisRequestPlan,
        password: String?,
        checks: [AnswerCheck] = [],
        template: RedisTemplate? = nil
    ) {
        self.template = template
        command = template == nil ? Self.encode(plan.command) : []
        self.checks = ContentChecks(checks)
        var steps: [[String]] = []
        let user = plan.server.user
        switch (plan.version, password) {
        case (.two, let password?): steps.append(["AUTH"] + (user.map { [$0] } ?? []) + [password])
        case (.three, let password?): steps.append(["HELLO", "3", "AUTH", user ?? "default", password])
        case (.three, nil): steps.append(["HELLO", "3"])
        case (.two, nil): break
        }
        if plan.database != 0 { steps.append(["SELECT", "\(plan.database)"]) }
        logIn = steps.flatMap { step in Self.encode(step.map { Array($0.utf8) }) }
        logInNames = steps.map { $0[0] }
        speaksRESP3 = plan.version == .three
        let name = plan.command.first.map { String(decoding: $0, as: UTF8.self).uppercased() } ?? ""
        mayRepeat = Self.reading.contains(name)
        mostUnderWay = plan.pipeline
    }

    /// The command of the request with this number.
    func write(_ number: UInt64, into output: inout OutputBytes) {
        if let template { template.write(number, into: &output) } else { output.append(command) }
    }

    /// Commands that change nothing, whatever their arguments.
    private static let reading: Set<String> = [
        "BITCOUNT", "DBSIZE", "ECHO", "EXISTS", "GET", "GETBIT", "GETRANGE", "HEXISTS", "HGET", "HGETALL",
        "HKEYS",
        "HLEN", "HMGET", "HVALS", "LINDEX", "LLEN", "LRANGE", "MGET", "PING", "PTTL", "SCARD", "SISMEMBER",
        "SMEMBERS", "STRLEN", "TIME", "TTL", "TYPE", "XLEN", "XRANGE", "ZCARD", "ZCOUNT", "ZRANGE", "ZRANK",
        "ZSCORE",
    ]

    /// As an array of bulk strings.
    package static func encode(_ words: [[UInt8]]) -> [UInt8] {
        var bytes = Array("*\(words.count)\r\n".utf8)
        for word in words { bytes += Array("$\(word.count)\r\n".utf8) + word + [0x0d, 0x0a] }
        return bytes
    }
}

package import Plan

/// A query and what opens a connection for it, encoded once for the whole run (PostgreSQL documentation, 55.7).
package struct PostgresScript: ConversationScript {
    /// StartupMessage, protocol 3.0.
    let startup: [UInt8]
    /// What makes the server ready for `request`, once a connection: Parse. Empty for simple queries.
    let parse: [UInt8]
    /// A simple query, or Bind, Execute and Sync.
    let request: [UInt8]
    let isPrepared: Bool
    let checks: ContentChecks
    /// Where requests differ; `request` is empty then.
    private let template: PostgresTemplate?
    let user: String
    let password: String?
    let keys = SaltedPasswords()
    /// For SCRAM, a new one with each call.
    let nonce: @Sendable () -> String
    /// Nothing is known of what a query does.
    package var mayRepeat: Bool { false }
    package var securityRequest: SecurityRequest? { .postgres }

    private static let statement = "faultline"

    /// Throws when a text holds a NUL, or a template cannot be filled.
    ///
    /// - Parameters:
    ///   - password: nil: none.
    ///   - seed: of what templates draw.
    ///   - nonce: printable ASCII without a comma, a new one with each call.
    package init(
        _ plan: PostgresRequestPlan,
        password: String?,
        checks: [AnswerCheck] = [],
        data: [DataRows] = [],
        seed: UInt64 = 0,
        nonce: @escaping @Sendable () -> String = { Self.randomNonce() }
    ) throws(CodecError) {
        let texts = [plan.user, plan.database, plan.query, password ?? ""]
        guard texts.allSatisfy({ !$0.utf8.contains(0) }) else {
            throw CodecError(
                "load.bad-request",
                "The query of \(plan.server.authority), its user, database or password holds a NUL character, which "
                    + "PostgreSQL's protocol cannot carry. Leave it out."
            )
        }
        user = plan.user
        self.password = password
        self.nonce = nonce
        isPrepared = plan.isPrepared
        let settings = [
            "user", plan.user, "database", plan.database, "application_name", "faultline", "client_encoding",
            "UTF8",
        ]
        let body: [UInt8] =
            [0, 3, 0, 0] + settings.flatMap { (text: String) -> [UInt8] in Self.text(text) } + [0]
        startup = Self.number(UInt32(body.count + 4)) + body
        self.checks = ContentChecks(checks)
        parse =
            plan.isPrepared
            ? Self.message("P", Self.text(Self.statement) + Self.text(plan.query) + [0, 0]) : []
        let end = Self.end(describes: self.checks.namesColumns)
        template = try PostgresTemplate(plan, end: end, data: data, seed: seed)
        if template != nil {
            request = []
        } else if plan.isPrepared {
            request = Self.message("B", Self.bind(plan.parameters)) + end
        } else {
            request = Self.message("Q", Self.text(plan.query))
        }
    }

    /// The request with this number.
    func write(_ number: UInt64, into output: inout OutputBytes) {
        if let template { template.write(number, into: &output) } else { output.append(request) }
    }

    /// Of a Bind: all parameters in text, as many as fit into two bytes, and results in text.
    private static func bind(_ parameters: [String]) -> [UInt8] {
        let values = parameters.prefix(Int(UInt16.max))
        var bind = bindHead(values.count)
        for value in values { bind += number(UInt32(value.utf8.count)) + Array(value.utf8) }
        return bind + [0, 0]
    }

    /// Up to the first parameter.
    static func bindHead(_ parameters: Int) -> [UInt8] {
        text("") + text(statement) + [0, 0, UInt8(parameters >> 8 & 0xff), UInt8(parameters & 0xff)]
    }

    /// What follows a Bind: Describe, where columns are known by name, Execute and Sync.
    private static func end(describes: Bool) -> [UInt8] {
        let describe = describes ? message("D", [UInt8(ascii: "P")] + text("")) : []
        return describe + message("E", text("") + [0, 0, 0, 0]) + message("S", [])
    }

    /// A type byte, a length that counts itself, and the body.
    static func message(_ type: Unicode.Scalar, _ body: [UInt8]) -> [UInt8] {
        [UInt8(ascii: type)] + number(UInt32(body.count + 4)) + body
    }

    static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

    static func number(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) }
    }

    /// 120 bits, as letters and digits.
    package static func randomNonce() -> String {
        var generator = SystemRandomNumberGenerator()
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let drawn = (0..<20).map { _ in letters[Int(generator.next() >> 58)] }
        return String(decoding: drawn, as: UTF8.self)
    }
}

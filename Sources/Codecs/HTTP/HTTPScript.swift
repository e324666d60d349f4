import Measures
package import Plan

/// A request as it goes over the wire, encoded once for the whole run.
package struct HTTPScript: ConversationScript, Equatable {
    package let bytes: [UInt8]
    /// Where requests differ; `bytes` is empty then.
    private let template: HTTPTemplate?
    /// The answer to HEAD has no body, whatever its fields say.
    package let isHead: Bool
    /// May be sent again on another connection when the first was closed before any answer (RFC 9110, 9.2.2).
    package let mayRepeat: Bool
    /// Of answers with one of these statuses the content is checked; another status says more than the content.
    package let checkedStatuses: ClosedRange<UInt16>
    package let checks: ContentChecks

    /// `closes`: asks the server to close the connection after the answer.
    ///
    /// Adds Host, User-Agent and Content-Length unless the plan names them.
    /// Throws when a part holds a byte that would end its line or field: the request would be another one than asked.
    package init(
        _ plan: HTTPRequestPlan,
        good: GoodCriterion = .usual,
        closes: Bool = false,
        data: [DataRows] = [],
        seed: UInt64 = 0
    ) throws(CodecError) {
        let names = plan.headers.map { $0.name.lowercased() }
        var lines = ["\(plan.method) \(plan.address.path) HTTP/1.1"]
        if !names.contains("host") { lines.append("Host: \(plan.address.authority)") }
        if !names.contains("user-agent") { lines.append("User-Agent: faultline") }
        if closes { lines.append("Connection: close") }
        for field in plan.headers { lines.append("\(field.name): \(field.value)") }
        let template = try HTTPTemplate(plan, data: data, seed: seed)
        let sendsBody = !plan.body.isEmpty || ["POST", "PUT", "PATCH"].contains(plan.method)
        if sendsBody, !names.contains("content-length"), !names.contains("transfer-encoding") {
            // Where it differs, it is the last field.
            if template == nil { lines.append("Content-Length: \(plan.body.utf8.count)") }
        }
        let isToken = { (text: String) in
            !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ":") }
        }
        let isTarget = template != nil || plan.address.path.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
        let isClean = lines.allSatisfy { line in line.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x09 } }
        guard isToken(plan.method), plan.headers.allSatisfy({ isToken($0.name) }), isTarget, isClean else {
            throw CodecError(
                "load.bad-request",
                """
                The request \(plan.method) \(plan.address.text) cannot be sent: a method, path, field name or value holds \
                a space, a line end or another character that HTTP/1.1 does not allow there. Encode it (%20).
                """
            )
        }
        let head = lines.joined(separator: "\r\n") + "\r\n"
        bytes = template == nil ? Array((head + "\r\n" + plan.body).utf8) : []
        self.template = try template?.with(head: head, countsBody: sendsBody)
        isHead = plan.method == "HEAD"
        checkedStatuses = good.statuses
        checks = ContentChecks(good.checks)
        mayRepeat = plan.method == "GET" || plan.method == "HEAD"
    }
    /// The request with this number.
    package func write(_ number: UInt64, into output: inout OutputBytes) {
        if let template { template.write(number, into: &output) } else { output.append(bytes) }
    }
}

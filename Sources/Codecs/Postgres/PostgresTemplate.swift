import Plan

/// A query that differs from number to number, compiled once: the text of a simple one, or the parameters of a prepared one.
struct PostgresTemplate: Sendable {
    private enum Request: Sendable {
        case query(RequestTemplate)
        /// Bind up to the first parameter, the parameters, and what follows the Bind.
        case bind(head: [UInt8], [RequestTemplate], end: [UInt8])
    }

    private let values: TemplateValues
    private let request: Request

    /// nil: it is the same each time. Throws when a template is none, or data would make another message of it.
    ///
    /// - Parameter end: what follows a Bind.
    init?(_ plan: PostgresRequestPlan, end: [UInt8], data: [DataRows], seed: UInt64) throws(CodecError) {
        guard plan.isPrepared else {
            guard let query = try Self.query(plan.query, data) else { return nil }
            // Literals, quoted once for all requests.
            values = TemplateValues(seed: seed, data: query.data)
            request = .query(RequestTemplate(query.text, purpose: 0))
            return
        }
        let source = TemplateSource(data: data)
        var texts: [TextTemplate] = []
        for text in plan.parameters.prefix(Int(UInt16.max)) {
            let template = try source.read(text)
            try source.check(template, in: "a parameter", "a NUL, which PostgreSQL cannot be sent") {
                $0 != 0
            }
            texts.append(template)
        }
        guard plan.parameters.contains(where: { $0.contains("{{") }) else { return nil }
        values = TemplateValues(seed: seed, data: data)
        request = .bind(
            head: PostgresScript.bindHead(texts.count),
            texts.enumerated().map { RequestTemplate($1, purpose: UInt64($0) << 32) },
            end: end
        )
    }

    func write(_ number: UInt64, into output: inout OutputBytes) {
        let start = output.count
        switch request {
        case .query(let text):
            output.append(UInt8(ascii: "Q"))
            output.append(bigEndian: UInt32(0))
            text.write(number, values, into: &output)
            output.append(0)
            endMessage(from: start, &output)
        case .bind(let head, let parameters, let end):
            output.append(UInt8(ascii: "B"))
            output.append(bigEndian: UInt32(0))
            output.append(head)
            for parameter in parameters {
                output.append(bigEndian: UInt32(truncatingIfNeeded: parameter.count(number, values)))
                parameter.write(number, values, into: &output)
            }
            output.append(bigEndian: UInt16(0))
            endMessage(from: start, &output)
            output.append(end)
        }
    }

    /// A message's length counts itself, and not the type before it.
    private func endMessage(from start: Int, _ output: inout OutputBytes) {
        output.patch(bigEndian: UInt32(truncatingIfNeeded: output.count - start - 1), at: start + 1)
    }

    private static func query(_ text: String, _ data: [DataRows]) throws(CodecError) -> SQLTemplate? {
        guard text.contains("{{") else { return nil }
        do {
            return try SQLTemplate(text, data: data)
        } catch {
            throw CodecError("load.bad-request", "The query cannot be sent: \(error.words).")
        }
    }
}

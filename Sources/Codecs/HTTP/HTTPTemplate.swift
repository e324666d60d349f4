import Plan

/// A request that differs from number to number, compiled once.
struct HTTPTemplate: Sendable, Equatable {
    private let data: [DataRows]
    private let values: TemplateValues
    private let bodyText: TextTemplate
    private var head: RequestTemplate
    private var body: RequestTemplate
    private var countsBody = false

    /// nil: nothing of the request is a template. Throws when one cannot be filled, or would be filled with what makes
    /// another request of it.
    init?(_ plan: HTTPRequestPlan, data: [DataRows], seed: UInt64) throws(CodecError) {
        let path = try Self.template(plan.address.path, data)
        let headers = try plan.headers.map { field throws(CodecError) in try Self.template(field.value, data)
        }
        bodyText = try Self.template(plan.body, data)
        guard !([path, bodyText] + headers).allSatisfy(\.isPlain) else { return nil }
        try Self.check(path, data, in: "the path") { $0 > 0x20 && $0 < 0x7f }
        for header in headers { try Self.check(header, data, in: "a header") { $0 >= 0x20 || $0 == 0x09 } }
        self.data = data
        values = TemplateValues(seed: seed, data: data)
        body = RequestTemplate(bodyText, purpose: 1 << 32)
        head = body
    }

    /// `head`: request line and fields, each with its line end. `countsBody`: the field Content-Length comes last.
    func with(head text: String, countsBody: Bool) throws(CodecError) -> HTTPTemplate {
        var template = self
        let end = countsBody ? "Content-Length: " : "\r\n"
        template.head = RequestTemplate(try Self.template(text + end, data), purpose: 0)
        template.countsBody = countsBody
        return template
    }

    func write(_ number: UInt64, into output: inout OutputBytes) {
        head.write(number, values, into: &output)
        if countsBody {
            output.append(decimal: UInt64(body.count(number, values)))
            output.append(Self.blankLine)
        }
        body.write(number, values, into: &output)
    }

    private static let blankLine: [UInt8] = Array("\r\n\r\n".utf8)

    private static func template(_ text: String, _ data: [DataRows]) throws(CodecError) -> TextTemplate {
        do {
            return try TextTemplate(text, data: data)
        } catch {
            throw CodecError("load.bad-request", "The request cannot be sent: \(error.words).")
        }
    }

    /// Whether texts and cells of a template are allowed where it stands.
    private static func check(
        _ template: TextTemplate,
        _ data: [DataRows],
        in place: String,
        _ isAllowed: (UInt8) -> Bool
    ) throws(CodecError) {
        for piece in template.pieces {
            switch piece {
            case .number, .random, .uuid: continue
            case .text(let text):
                if text.utf8.allSatisfy(isAllowed) { continue }
                throw refused("a text", place)
            case .field(let table, let column):
                let wrong = data[table].rows.firstIndex { !$0[column].utf8.allSatisfy(isAllowed) }
                guard let wrong else { continue }
                throw refused("\(data[table].name).\(data[table].columns[column]) in row \(wrong + 1)", place)
            }
        }
    }

    private static func refused(_ what: String, _ place: String) -> CodecError {
        CodecError(
            "load.bad-request",
            """
            The request cannot be sent: in \(place), \(what) holds a space, a line end or another character that HTTP/1.1 \
            does not allow there. Encode it (%20).
            """
        )
    }
}

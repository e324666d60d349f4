import Plan

/// A request that differs from number to number, compiled once.
struct HTTPTemplate: Sendable, Equatable {
    private let source: TemplateSource
    private let values: TemplateValues
    private let bodyText: TextTemplate
    private var head: RequestTemplate
    private var body: RequestTemplate
    private var countsBody = false

    /// nil: nothing of the request is a template. Throws when one cannot be filled, or would be filled with what makes
    /// another request of it.
    init?(_ plan: HTTPRequestPlan, data: [DataRows], seed: UInt64) throws(CodecError) {
        let source = TemplateSource(data: data)
        let path = try source.read(plan.address.path)
        let headers = try plan.headers.map { field throws(CodecError) in try source.read(field.value) }
        bodyText = try source.read(plan.body)
        // {{{{ is no template, and not what is sent either.
        let texts = [plan.address.path, plan.body] + plan.headers.map(\.value)
        guard texts.contains(where: { $0.contains("{{") }) else { return nil }
        try source.checkPath(path)
        for header in headers { try source.checkField(header) }
        self.source = source
        values = TemplateValues(seed: seed, data: data)
        body = RequestTemplate(bodyText, purpose: 1 << 32)
        head = body
    }

    /// `head`: request line and fields, each with its line end. `countsBody`: the field Content-Length comes last.
    func with(head text: String, countsBody: Bool) throws(CodecError) -> HTTPTemplate {
        var template = self
        let end = countsBody ? "Content-Length: " : "\r\n"
        template.head = RequestTemplate(try source.read(text + end), purpose: 0)
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
}

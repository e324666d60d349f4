package import Plan

/// Bytes that a request carries, and that differ from number to number.
package struct PayloadTemplate: Sendable, Equatable {
    private let template: RequestTemplate
    private let values: TemplateValues

    /// nil: they are the same each time. Throws when a template is none.
    package init?(_ bytes: [UInt8], data: [DataRows], seed: UInt64) throws(CodecError) {
        guard let template = try TemplateSource(data: data).template(bytes, purpose: 0) else { return nil }
        self.template = template
        values = TemplateValues(seed: seed, data: data)
    }

    func write(_ number: UInt64, into output: inout OutputBytes) {
        template.write(number, values, into: &output)
    }
}

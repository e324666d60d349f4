import Plan

/// What the templates of one load are made from, once.
struct TemplateSource: Sendable, Equatable {
    let data: [DataRows]

    /// Throws in words for people when it is none.
    func read(_ bytes: [UInt8]) throws(CodecError) -> TextTemplate {
        do {
            return try TextTemplate(bytes, data: data)
        } catch {
            throw CodecError("load.bad-request", "The request cannot be sent: \(error.words).")
        }
    }

    func read(_ text: String) throws(CodecError) -> TextTemplate { try read(Array(text.utf8)) }

    /// nil: they are the same for every request, as they are written.
    func template(_ bytes: [UInt8], purpose: UInt64) throws(CodecError) -> RequestTemplate? {
        let text = try read(bytes)
        return bytes.isEmpty || text.pieces == [.bytes(bytes)] ? nil : RequestTemplate(text, purpose: purpose)
    }

    /// Whether texts and cells of a template are allowed where it stands; `rule`: why not, after "holds".
    func check(
        _ template: TextTemplate,
        in place: String,
        _ rule: String,
        _ isAllowed: (UInt8) -> Bool
    ) throws(CodecError) {
        for piece in template.pieces {
            switch piece {
            case .number, .random, .uuid: continue
            case .bytes(let bytes):
                if bytes.allSatisfy(isAllowed) { continue }
                throw Self.refused("a text", place, rule)
            case .field(let table, let column), .raw(let table, let column):
                let wrong = data[table].rows.firstIndex { !$0[column].utf8.allSatisfy(isAllowed) }
                guard let wrong else { continue }
                let cell = "\(data[table].name).\(data[table].columns[column]) in row \(wrong + 1)"
                throw Self.refused(cell, place, rule)
            }
        }
    }

    private static func refused(_ what: String, _ place: String, _ rule: String) -> CodecError {
        CodecError("load.bad-request", "The request cannot be sent: in \(place), \(what) holds \(rule).")
    }

    /// Of HTTP, whichever version: what may stand in a path and in a field's value.
    func checkField(_ template: TextTemplate) throws(CodecError) {
        try check(template, in: "a header", Self.ofHTTP) { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    }

    func checkPath(_ template: TextTemplate) throws(CodecError) {
        try check(template, in: "the path", Self.ofHTTP) { $0 > 0x20 && $0 < 0x7f }
    }

    private static let ofHTTP =
        "a space, a line end or another character that HTTP does not allow there. Encode it (%20)"
}

/// The way of every file that Faultline reads: bytes, text, a tree with places, a value; or every problem at once.
package enum FileReading {
    /// Throws every problem of the file at once; nothing was touched.
    package static func value<Result>(
        of yaml: String,
        fileName: String,
        subject: Subject,
        outside: OutsideFiles = .none,
        _ read: (Reader, Value) -> Result?
    ) throws(PlanError) -> Result {
        let source = SourceText(yaml, fileName: fileName, subject: subject)
        let problems = Problems(source: source)
        let root = Document(source: source, problems: problems).root()
        let result = root.flatMap { read(Reader(problems: problems, outside: outside), $0) }
        if let error = problems.error { throw error }
        guard let result else {
            // A reader gave up without saying why: a defect, shown rather than hidden.
            problems.add(
                "invalid",
                at: .start,
                "the file is not valid, and Faultline cannot say why; please report it"
            )
            throw problems.error ?? PlanError(diagnostics: [], unlisted: 1, subject: subject)
        }
        return result
    }

    /// The text of the file's bytes, which must be UTF-8.
    package static func text(
        of bytes: some Sequence<UInt8>,
        fileName: String,
        subject: Subject
    ) throws(PlanError) -> String {
        let bytes = Array(bytes)
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        // Repaired, the text is the same up to the first wrong byte, which becomes U+FFFD.
        let source = SourceText(
            String(decoding: bytes, as: UTF8.self),
            fileName: fileName,
            subject: subject
        )
        let problems = Problems(source: source)
        problems.add(
            "encoding",
            at: source.place(of: "\u{FFFD}") ?? .start,
            "a byte that is not UTF-8; expected UTF-8 text"
        )
        throw problems.error ?? PlanError(diagnostics: [], unlisted: 1, subject: subject)
    }
}

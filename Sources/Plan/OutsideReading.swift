extension Reader {
    /// The whole of a file beside this one; where it is too long, in bytes, or no UTF-8, that is said in the caller's words.
    func outsideText(
        _ file: String,
        limit: Int,
        at place: Place,
        else refusal: (code: String, words: String)
    ) -> String? {
        guard let bytes = outside.bytes(of: file) else {
            problems.add(
                "no-file",
                at: place,
                "\(quoted(file)) cannot be read; expected a file beside this one"
            )
            return nil
        }
        guard bytes.count <= limit, let text = String(validating: bytes, as: UTF8.self) else {
            problems.add(refusal.code, at: place, refusal.words)
            return nil
        }
        return text
    }
}

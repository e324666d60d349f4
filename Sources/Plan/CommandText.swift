/// A command line split into words as a shell would, without any of a shell's powers.
struct CommandText {
    enum Fault: Error, Equatable {
        case unterminated(quote: Unicode.Scalar)
        /// `|`, `&&`, `>`…, which only a shell understands.
        case shellWord(String)
    }

    let words: [String]

    private static let shellWords: Set<String> = ["|", "||", "&&", "&", ";", ">", ">>", "<", "2>&1"]

    /// Blanks part words. '…' is literal; in "…" and outside quotes a backslash takes the next character as it is.
    init(_ text: String) throws(Fault) {
        var words: [String] = []
        var word = ""
        var isWord = false
        var isQuoted = false
        var quote: Unicode.Scalar?
        var isEscaped = false
        let finish = { () throws(Fault) in
            if isWord, !isQuoted, Self.shellWords.contains(word) { throw .shellWord(word) }
            if isWord { words.append(word) }
            (word, isWord, isQuoted) = ("", false, false)
        }
        for scalar in text.unicodeScalars {
            if isEscaped {
                word.unicodeScalars.append(scalar)
                isEscaped = false
            } else if scalar == "\\", quote != "'" {
                (isEscaped, isWord, isQuoted) = (true, true, true)
            } else if scalar == quote {
                quote = nil
            } else if quote == nil, scalar == "'" || scalar == "\"" {
                (quote, isWord, isQuoted) = (scalar, true, true)
            } else if quote == nil, scalar == " " || scalar == "\t" || scalar == "\n" {
                try finish()
            } else {
                word.unicodeScalars.append(scalar)
                isWord = true
            }
        }
        if let quote { throw .unterminated(quote: quote) }
        if isEscaped { throw .unterminated(quote: "\\") }
        try finish()
        self.words = words
    }
}

/// One thing that is wrong with a file, and where.
package struct Diagnostic: Sendable, Equatable {
    package let file: String
    package let place: Place
    /// Short and stable, for tests and scripts: "unknown-key".
    package let code: String
    /// What was wrong, and what was expected.
    package let message: String
    /// The right spelling that is closest to the wrong one, where one is close.
    package let nearest: String?
    /// The line of the file, made safe for a terminal and cut around the column when it is long.
    package let sourceLine: String
    /// Width of what stands before the column in `sourceLine`, tabs kept, so that the caret lands under the place.
    package let indent: String

    package var line: Int { place.line }
    package var column: Int { place.column }

    /// The first line of `rendered`: "web.yaml:12:9: error: unknown key 'latncy' in delay; … Did you mean 'latency'?"
    package var headline: String {
        let hint = nearest.map { ". Did you mean '\($0)'?" } ?? ""
        return "\(file):\(line):\(column): error: \(message)\(hint)"
    }

    /// As compilers write it: the headline, the line of the file, a caret under the place.
    package var rendered: String {
        sourceLine.isEmpty ? headline : "\(headline)\n\(sourceLine)\n\(indent)^"
    }
}

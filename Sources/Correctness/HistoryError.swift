package import Measures

/// A history that cannot be read: names the file, the line, what was expected.
package struct HistoryError: ReadableError, Equatable {
    package let code: String
    package let message: String
    package var exitCode: ExitCode { .badInput }

    init(_ code: String, _ file: String, line: Int, _ text: String) {
        self.code = "history.\(code)"
        message = "\(file):\(line): \(text)"
    }

    init(_ code: String, _ file: String, _ text: String) {
        self.code = "history.\(code)"
        message = "\(file): \(text)"
    }
}

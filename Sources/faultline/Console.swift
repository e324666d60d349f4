import Coordinator
import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// Text out: results on standard output, everything else on standard error.
enum Console {
    static let kind = TerminalKind(
        isTerminal: isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 1,
        environment: ProcessInfo.processInfo.environment
    )

    /// Of the terminal, now; a usual one where it does not tell.
    static var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    static func error(_ text: String) {
        write("\(text)\n", to: .standardError)
    }

    static func print(_ text: String) {
        write("\(text)\n", to: .standardOutput)
    }

    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// A pipe that was closed at the other end is not our error.
    private static func write(_ text: String, to handle: FileHandle) {
        try? handle.write(contentsOf: Data(text.utf8))
    }
}

import Glibc

/// Lines for a log that may be on a full disk, or have nobody at its other end: what cannot be written is left out.
/// Foundation's FileHandle would end the process.
package enum StandardError {
    package static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}

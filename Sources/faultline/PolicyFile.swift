import Foundation
import Policy

/// Reading a policy file for a command.
struct PolicyFile {
    /// Absolute, for other processes.
    let path: String
    let policy: Policy

    /// Errors: unreadable, or not valid; nothing has been touched.
    init(_ path: String) throws {
        let url = URL(fileURLWithPath: path)
        guard let data = try? Data(contentsOf: url) else {
            throw FileError(code: "file.unreadable", message: "\(path): cannot be read; is the path right?")
        }
        self.path = url.standardizedFileURL.path
        policy = try Policy(bytes: data, fileName: path)
    }
}

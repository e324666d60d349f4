import Agent
import Foundation

/// Reading an agent's file for a command.
struct AgentConfiguration {
    let file: AgentFile

    /// Errors: unreadable, or not valid; nothing has been touched.
    init(_ path: String) throws {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
            throw FileError(code: "file.unreadable", message: "\(path): cannot be read; is the path right?")
        }
        file = try AgentFile(bytes: data, fileName: path)
    }
}

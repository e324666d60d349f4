/// A line that a service wrote to its log while the run went on. It is dated by when it could be read there, which a service
/// that keeps its output back delays.
package struct LogMark: Sendable, Codable, Equatable {
    package var service: String
    /// As the experiment names it.
    package var name: String
    /// The line, or its beginning.
    package var line: String

    package init(service: String, name: String, line: String) {
        self.service = service
        self.name = name
        self.line = line
    }
}

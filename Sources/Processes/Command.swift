/// What to start, as a pure value: nothing of it depends on the process that starts it.
package struct Command: Hashable, Sendable, Codable {
    /// The program first: a name to be looked up in the environment's PATH, or a path.
    package var arguments: [String]
    /// The whole environment; nothing is inherited.
    package var environment: [String: String]
    /// Nil: the directory of the process that starts it.
    package var directory: String?
    /// The file that standard output and standard error are appended to; nil: they are thrown away.
    package var log: String?

    package init(
        _ arguments: [String],
        environment: [String: String] = [:],
        directory: String? = nil,
        log: String? = nil
    ) {
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.log = log
    }

    /// As one would type it: arguments with other than plain characters are in single quotes.
    package var text: String {
        arguments.map { argument in
            let plain = argument.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
                default: "-_./=:,@%+".utf8.contains(byte)
                }
            }
            return plain && !argument.isEmpty
                ? argument
                : "'\(argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#))'"
        }.joined(separator: " ")
    }
}

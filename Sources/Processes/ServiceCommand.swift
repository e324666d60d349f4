/// A named service and how it is started: enough to start it again after a fault, or after a crash of the agent.
package struct ServiceCommand: Hashable, Sendable, Codable {
    package var name: String
    package var command: Command

    package init(name: String, command: Command) {
        self.name = name
        self.command = command
    }
}

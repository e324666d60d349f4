/// Lines of a service's log that become marks on the run's axis.
package struct LogMarkPlan: Sendable, Equatable, Codable {
    package let name: String
    /// Found anywhere in the line; a line that has several is a mark of each.
    package let pattern: BytePattern

    package init(name: String, pattern: BytePattern) {
        self.name = name
        self.pattern = pattern
    }
}

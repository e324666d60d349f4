/// Connections of containers, to be closed at one instant.
package struct ContainerReset: Sendable {
    let fault: ResetFault
    let namespaces: [ContainerNamespace]

    package var operation: Operation {
        fault.operation.inside(namespaces.map(\.name))
    }

    /// Errors: those of `ResetFault.strike`.
    package func strike() throws -> ResetFault.Outcome {
        let fault = fault
        return ResetFault.Outcome(
            closed: try namespaces.flatMap { try $0.inside { try fault.strike() }.closed }
        )
    }
}

extension Operation {
    /// The same, in the networks of these containers.
    func inside(_ containers: [String]) -> Operation {
        let words = containers.count == 1 ? "container" : "containers"
        return Operation("\(headline), in \(words) \(containers.joined(separator: ", "))", details: details)
    }
}

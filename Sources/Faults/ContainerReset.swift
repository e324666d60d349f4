/// Connections of containers, to be closed at one instant. Between arming and that instant no network is held: a container
/// may end and come back in another.
package struct ContainerReset: Sendable {
    let fault: ResetFault
    /// As they ran when it was armed.
    let containers: [FoundContainer]
    /// The networks of those that are meant, asked for anew.
    let find: @Sendable () throws -> [ContainerNamespace]

    package var operation: Operation {
        fault.operation.inside(containers.map(\.name))
    }

    /// Engines are asked only when one of the containers has ended meanwhile: that takes its time.
    /// Errors: those of `ResetFault.strike`; none of the containers runs any more.
    package func strike() throws -> ResetFault.Outcome {
        let isAsBefore = containers.allSatisfy(\.isAlive)
        let namespaces = try isAsBefore ? ContainerNamespace.distinct(containers) : find()
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

import Measures

/// All containers that engines told of; finds those that are meant.
package struct ContainerDirectory: Sendable, Equatable {
    package let containers: [Container]

    package init(_ containers: [Container]) {
        self.containers = containers
    }

    /// Those that run, at least one; several only where the selector says so.
    /// Errors: none runs, with near names; more than one without `all`, with their names.
    package func select(_ selector: ContainerSelector) throws(EngineError) -> [Container] {
        let matches = once(containers.filter(selector.matches))
        let running = matches.filter(\.isRunning)
        guard !running.isEmpty else { throw Self.none(selector, matches, among: containers) }
        guard running.count == 1 || selector.all else {
            throw EngineError(
                "container.many",
                "\(selector.text) is \(running.count): \(Self.list(running)); name one, or write all: true"
            )
        }
        return running
    }

    /// One that two engines know, a pod's by containerd and by the API server, is the first one's that told of it.
    private func once(_ containers: [Container]) -> [Container] {
        var seen: Set<String> = []
        return containers.filter { $0.id.utf8.count < Self.shortestDigest || seen.insert($0.id).inserted }
    }

    /// LXC's ids are names, of which two engines may have the same.
    private static let shortestDigest = 64

    private static func none(
        _ selector: ContainerSelector,
        _ matches: [Container],
        among containers: [Container]
    ) -> EngineError {
        if let stopped = matches.first {
            let more = matches.count > 1 ? ", as others are" : ""
            return EngineError(
                "container.not-running",
                "\(selector.text) does not run: \(stopped.text) is \(stopped.state)\(more)"
            )
        }
        let running = containers.filter(\.isRunning)
        let near = selector.name.map { name in running.filter { NearName.isNear($0.name, name) } } ?? running
        let words =
            running.isEmpty
            ? "no container runs here"
            : near.isEmpty
                ? "\(running.count) others run here" : "there is: \(list(near))"
        return EngineError("container.none", "no such container: looked for \(selector.text); \(words)")
    }

    private static func list(_ containers: [Container]) -> String {
        let names = containers.map(\.text).sorted()
        let more = names.count > 8 ? ", and \(names.count - 8) more" : ""
        return names.prefix(8).joined(separator: ", ") + more
    }
}

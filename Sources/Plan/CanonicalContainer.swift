import Containers

extension CanonicalText {
    /// A name alone is written as such.
    static func container(_ container: ContainerSelector) -> String {
        let others = container.image != nil || !container.labels.isEmpty || container.engine != nil
        if let name = container.name, !others, !container.all { return quote(name) }
        return map([
            ("name", container.name.map(quote)), ("image", container.image.map(quote)),
            ("label", container.labels.isEmpty ? nil : list(container.labels.map(quote))),
            ("engine", container.engine?.rawValue), ("all", container.all ? "true" : nil),
        ])
    }
}

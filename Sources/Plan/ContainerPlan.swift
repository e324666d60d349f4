/// Containers of a host's engines; what is nil or empty matches all.
package struct ContainerPlan: Sendable, Hashable {
    package enum Engine: String, Sendable, CaseIterable {
        case docker
        case podman
    }

    package var name: String?
    /// Repository, with registry and tag where they matter.
    package var image: String?
    /// "tier=web", or "tier" with any value.
    package var labels: [String]
    package var engine: Engine?
    /// More than one may match.
    package var all: Bool

    package init(
        name: String? = nil,
        image: String? = nil,
        labels: [String] = [],
        engine: Engine? = nil,
        all: Bool = false
    ) {
        self.name = name
        self.image = image
        self.labels = labels
        self.engine = engine
        self.all = all
    }

    /// "container web1", "every container (image redis, label tier=web)".
    package var words: String {
        let image = image.map { ["image \($0)"] } ?? []
        let engine = engine.map { ["of \($0.rawValue)"] } ?? []
        let parts = image + labels.map { "label \($0)" } + engine
        let more = parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
        return "\(all ? "every container" : "container")\(name.map { " \($0)" } ?? "")\(more)"
    }
}

extension CanonicalText {
    /// A name alone is written as such.
    static func container(_ container: ContainerPlan) -> String {
        let others = container.image != nil || !container.labels.isEmpty || container.engine != nil
        if let name = container.name, !others, !container.all { return quote(name) }
        return map([
            ("name", container.name.map(quote)), ("image", container.image.map(quote)),
            ("label", container.labels.isEmpty ? nil : list(container.labels.map(quote))),
            ("engine", container.engine?.rawValue), ("all", container.all ? "true" : nil),
        ])
    }
}

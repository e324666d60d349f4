/// Which containers are meant; what is nil or empty matches all.
package struct ContainerSelector: Sendable, Hashable {
    package var name: String?
    /// "redis" is any tag of it in any registry; "redis:7" that tag.
    package var image: String?
    /// "tier=web", or "tier" with any value; each of them.
    package var labels: [String]
    package var engine: EngineKind?
    /// More than one may match.
    package var all: Bool

    package init(
        name: String? = nil,
        image: String? = nil,
        labels: [String] = [],
        engine: EngineKind? = nil,
        all: Bool = false
    ) {
        self.name = name
        self.image = image
        self.labels = labels
        self.engine = engine
        self.all = all
    }

    /// "container web1", "every container (image redis, label tier=web)".
    package var text: String {
        let parts =
            [image.map { "image \($0)" }].compactMap { $0 } + labels.map { "label \($0)" }
            + [engine.map { "of \($0.rawValue)" }].compactMap { $0 }
        let more = parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
        return "\(all ? "every container" : "container")\(name.map { " \($0)" } ?? "")\(more)"
    }

    package func matches(_ container: Container) -> Bool {
        (name == nil || name == container.name || isIdentifier(of: container))
            && (engine == nil || engine == container.engine)
            && (image.map { Self.isImage(container.image, $0) } ?? true)
            && labels.allSatisfy { Self.has(container.labels, $0) }
    }

    /// Engines take the first twelve digits of an id for its name.
    private func isIdentifier(of container: Container) -> Bool {
        guard let name, name.utf8.count >= 12 else { return false }
        return container.id.hasPrefix(name)
    }

    private static func has(_ labels: [String: String], _ wanted: String) -> Bool {
        guard let sign = wanted.firstIndex(of: "=") else { return labels[wanted] != nil }
        return labels[String(wanted[..<sign])] == String(wanted[wanted.index(after: sign)...])
    }

    /// Engines write one image in several ways: "redis", "redis:7", "docker.io/library/redis:7", "localhost/redis:7".
    static func isImage(_ image: String, _ wanted: String) -> Bool {
        if image == wanted { return true }
        let (image, wanted) = (ImageName(image), ImageName(wanted))
        guard wanted.tag == nil || wanted.tag == (image.tag ?? "latest") else { return false }
        return image.repository == wanted.repository || image.repository.hasSuffix("/" + wanted.repository)
    }
}

/// "registry:5000/library/redis:7@sha256:…": what is before the tag, and the tag.
private struct ImageName {
    let repository: String
    let tag: String?

    init(_ text: String) {
        let plain = text.split(separator: "@").first ?? ""
        let last = plain.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard let colon = last.lastIndex(of: ":") else {
            (repository, tag) = (String(plain), nil)
            return
        }
        repository = String(plain[..<colon])
        tag = String(plain[plain.index(after: colon)...])
    }
}

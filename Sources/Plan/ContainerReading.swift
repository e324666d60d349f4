import Containers
import Measures

extension Reader {
    private static let containerKeys = ["name", "image", "label", "engine", "all"]

    /// `container: web1`, or `{ image: redis, label: tier=web, engine: podman, all: true }`.
    func container(_ value: Value, _ names: LabNames) -> ContainerSelector? {
        // A lab's hosts share this machine's engines: what runs there is somebody's, and not the lab's.
        guard names.hosts.isEmpty || !names.plans.isEmpty else {
            let message =
                "a container is no part of a lab, whose faults touch nothing outside; expected hosts: with the agent of "
                + "the host that runs it, or in the lab a service"
            problems.add("target", at: value.place, message)
            return nil
        }
        if value.pairs == nil {
            return containerWord(value, "container", "web1").map { ContainerSelector(name: $0) }
        }
        let keys = Self.containerKeys
        guard let fields = Fields(value, "container", keys: keys, problems: problems) else { return nil }
        guard keys.dropLast().contains(where: fields.isMeant) else {
            let message = "container names nothing; expected one or more of \(keys.dropLast().listed)"
            problems.add("container", at: fields.place, message)
            return nil
        }
        var plan = ContainerSelector()
        var isWhole = true
        func take<Part>(
            _ key: String,
            _ path: WritableKeyPath<ContainerSelector, Part>,
            _ read: (Value) -> Part?
        ) {
            guard let value = fields[key] else { return }
            guard let part = read(value) else { return isWhole = false }
            plan[keyPath: path] = part
        }
        take("name", \.name) { containerWord($0, "name", "web1").map { .some($0) } }
        take("image", \.image) { containerWord($0, "image", "redis or redis:7").map { .some($0) } }
        take("label", \.labels, containerLabels)
        take("engine", \.engine) { value in
            word(value, "engine", of: EngineKind.allCases.map(\.rawValue))
                .flatMap(EngineKind.init).map { .some($0) }
        }
        take("all", \.all) { value in word(value, "all", of: ["true", "false"]).map { $0 == "true" } }
        return isWhole ? plan : nil
    }

    private func containerLabels(_ value: Value) -> [String]? {
        let items = items(value, "label", most: 32)
        let labels = items.compactMap { containerWord($0, "label", "tier=web") }
        if items.isEmpty {
            problems.add(
                "empty-list",
                at: value.place,
                "label is an empty list; expected one such as tier=web"
            )
        }
        return labels.isEmpty || labels.count < items.count ? nil : labels.sorted()
    }

    private func containerWord(_ value: Value, _ key: String, _ example: String) -> String? {
        guard let text = text(value, key, expected: "a text such as \(example)") else { return nil }
        let isWord =
            (1...256).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
        guard isWord else {
            problems.add(
                "container",
                at: value.place,
                "\(key) is \(quoted(text)); expected one such as \(example), without blanks"
            )
            return nil
        }
        return text
    }
}

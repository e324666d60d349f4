import Measures

extension Reader {
    static let circleKeys = ["label", "group", "except"]
    private static let mostLabels = 64

    /// `{ label: tier=web }`, `{ group: [web, db], except: web3 }`: what is named by several of them must be in each; in
    /// the order of the file.
    func circle(_ fields: Fields, _ key: String, at place: Place, hosts: [String]) -> [String]? {
        guard circle.isInventory else {
            let message = "\(key) selects by label or group, which a lab's hosts do not have; expected names"
            problems.add("selector", at: place, message)
            return nil
        }
        let labelled = given(fields["label"]) { self.labelled($0, hosts: hosts) }
        let grouped = given(fields["group"]) { self.grouped($0, hosts: hosts) }
        let excepted = given(fields["except"]) { hostNames($0, "except", hosts: hosts) }
        guard let labelled, let grouped, let excepted else { return nil }
        let chosen = hosts.filter { host in
            (labelled?.contains(host) ?? true) && (grouped?.contains(host) ?? true)
                && !(excepted?.contains(host) ?? false)
        }
        guard !chosen.isEmpty else {
            problems.add("selector", at: place, "\(key) selects no host; expected at least one")
            return nil
        }
        return chosen
    }

    /// Hosts that have every one of the labels.
    private func labelled(_ value: Value, hosts: [String]) -> Set<String>? {
        let items = items(value, "label", most: Self.mostLabels)
        let known = circle.labelTexts
        let texts = items.compactMap { item -> String? in
            guard let text = text(item, "label", expected: "a label such as tier=web") else { return nil }
            guard !known.contains(text) else { return text }
            let message =
                "no host has the label \(quoted(text)); there are "
                + (known.isEmpty ? "no labels" : known.prefix(20).joined(separator: ", "))
            problems.add(
                "unknown-label",
                at: item.place,
                message,
                nearest: Spelling.nearest(to: text, in: known)
            )
            return nil
        }
        guard !texts.isEmpty, texts.count == items.count else { return nil }
        return Set(
            hosts.filter { host in
                let own = circle.labels[host] ?? [:]
                return texts.allSatisfy { text in own.contains { "\($0.key)=\($0.value)" == text } }
            }
        )
    }

    /// Hosts of any of the groups.
    private func grouped(_ value: Value, hosts: [String]) -> Set<String>? {
        let items = items(value, "group", most: Self.mostLabels)
        let known = circle.groups.keys.sorted()
        let groups = items.compactMap { item -> [String]? in
            guard let text = text(item, "group", expected: "the name of a group") else { return nil }
            if let members = circle.groups[text] { return members }
            let message =
                "unknown group \(quoted(text)); there are \(known.isEmpty ? "no groups" : known.listed)"
            problems.add(
                "unknown-group",
                at: item.place,
                message,
                nearest: Spelling.nearest(to: text, in: known)
            )
            return nil
        }
        guard !groups.isEmpty, groups.count == items.count else { return nil }
        return Set(groups.flatMap { $0 })
    }
}

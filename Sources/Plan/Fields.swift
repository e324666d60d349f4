/// A map of the file with known keys: unknown and missing ones are reported, each with its place.
package struct Fields {
    /// Where the map stands, for what is missing.
    package let place: Place
    private let values: [String: Value]
    private let keyPlaces: [String: Place]
    /// Right keys that an unknown one was probably meant to be: that is said once, not twice.
    private let misspelt: Set<String>
    package let what: String
    private let problems: Problems

    /// nil, reported, when the value is no map. `what` names the map in messages: "delay", "load 'browse'".
    package init?(_ value: Value, _ what: String, keys: [String], problems: Problems) {
        guard let pairs = value.pairs else {
            problems.add(
                "not-a-map",
                at: value.place,
                "\(what) is \(value.shown); expected a map of \(keys.listed)"
            )
            return nil
        }
        var values: [String: Value] = [:]
        var keyPlaces: [String: Place] = [:]
        var misspelt: Set<String> = []
        for (key, value) in pairs where !problems.isFull {
            let name = key.text ?? ""
            guard keys.contains(name) else {
                let nearest = Spelling.nearest(to: name, in: keys)
                let message = "unknown key \(quoted(name)) in \(what); expected \(keys.listed)"
                if let nearest { misspelt.insert(nearest) }
                problems.add("unknown-key", at: key.place, message, nearest: nearest)
                continue
            }
            values[name] = value
            keyPlaces[name] = key.place
        }
        self.place = value.place
        self.values = values
        self.keyPlaces = keyPlaces
        self.misspelt = misspelt
        self.what = what
        self.problems = problems
    }

    /// The same, of fewer keys.
    func only(_ keys: [String]) -> Fields { Fields(self, keys: Set(keys)) }

    private init(_ fields: Fields, keys: Set<String>) {
        place = fields.place
        values = fields.values.filter { keys.contains($0.key) }
        keyPlaces = fields.keyPlaces
        misspelt = fields.misspelt
        what = fields.what
        problems = fields.problems
    }

    /// The value, if the key is there.
    package subscript(_ key: String) -> Value? { values[key] }

    /// There, or there with a typing error.
    package func isMeant(_ key: String) -> Bool { values[key] != nil || misspelt.contains(key) }

    package func place(of key: String) -> Place { keyPlaces[key] ?? place }

    /// The value; a missing key is reported, with an example of what to write.
    package func required(_ key: String, _ example: String) -> Value? {
        if let value = values[key] { return value }
        guard !misspelt.contains(key) else { return nil }
        problems.add(
            "missing-key",
            at: place,
            "\(what) has no key '\(key)'; expected for example \(key): \(example)"
        )
        return nil
    }
}

extension Sequence<String> {
    /// "a, b, c".
    package var listed: String { joined(separator: ", ") }
}

/// The way to a value in a JSON text (RFC 6901).
package struct JSONPointer: Sendable, Equatable, Codable {
    /// As written: "/items/0/name"; empty: the whole text.
    package let text: String
    package let steps: [Step]

    /// Into an object by name, into an array by index.
    package struct Step: Sendable, Equatable, Codable {
        /// UTF-8, with ~1 and ~0 resolved.
        package let name: [UInt8]
        /// Where the name is digits without a leading zero, and below 2^31.
        package let index: Int?
    }

    /// nil: it does not begin with "/", or a "~" stands for nothing.
    package init?(_ text: String) {
        guard text.isEmpty || text.hasPrefix("/") else { return nil }
        var steps: [Step] = []
        for part in text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .dropFirst()
        {
            guard let name = Self.resolved(part) else { return nil }
            steps.append(Step(name: name, index: Self.index(name)))
        }
        self.text = text
        self.steps = steps
    }

    /// For people.
    package var name: String { text.isEmpty ? "the JSON text" : text }

    private static func resolved(_ part: Substring.UTF8View) -> [UInt8]? {
        var name: [UInt8] = []
        var isEscaped = false
        for byte in part {
            if isEscaped {
                guard byte == UInt8(ascii: "0") || byte == UInt8(ascii: "1") else { return nil }
                name.append(byte == UInt8(ascii: "0") ? UInt8(ascii: "~") : UInt8(ascii: "/"))
                isEscaped = false
            } else if byte == UInt8(ascii: "~") {
                isEscaped = true
            } else {
                name.append(byte)
            }
        }
        return isEscaped ? nil : name
    }

    private static func index(_ name: [UInt8]) -> Int? {
        guard (1...9).contains(name.count), name.count == 1 || name[0] != UInt8(ascii: "0") else {
            return nil
        }
        var index = 0
        for byte in name {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            index = index * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return index
    }
}

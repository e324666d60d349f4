import Yams

/// A node of the file and where it stands. Nodes behind aliases are looked at only where the grammar expects them, so
/// a file that expands to billions of nodes costs no more than what the grammar asks for.
package struct Value {
    let node: Node
    /// Where it stands; for an alias, where the anchor is.
    package let place: Place

    init(_ node: Node) {
        self.node = node
        self.place = node.mark.map { Place(line: $0.line, column: $0.column) } ?? .start
    }

    /// The text of a scalar as written, numbers and percentages too.
    package var text: String? {
        guard case .scalar(let scalar) = node, !isNothing else { return nil }
        return scalar.string
    }

    package var list: [Value]? {
        guard case .sequence(let sequence) = node else { return nil }
        return sequence.map { Value($0) }
    }

    package var pairs: [(key: Value, value: Value)]? {
        guard case .mapping(let mapping) = node else { return nil }
        return mapping.map { (Value($0.key), Value($0.value)) }
    }

    /// What a map has under a key.
    subscript(_ key: String) -> Value? {
        pairs?.first { $0.key.text == key }?.value
    }

    /// Nothing after the colon, or `~`, or `null`.
    var isNothing: Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain else { return false }
        return ["", "~", "null"].contains(scalar.string)
    }

    /// For messages: "a map", "a list", "nothing", "'text'".
    package var shown: String {
        switch node {
        case .mapping: "a map"
        case .sequence: "a list"
        case .scalar(let scalar): isNothing ? "nothing" : quoted(scalar.string)
        case .alias: "an alias"
        }
    }
}

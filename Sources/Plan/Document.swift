import Yams

/// Text to a tree of nodes: the only place that meets libyaml's errors, which become diagnostics.
struct Document {
    private static let deepest = 64

    let source: SourceText
    let problems: Problems

    /// The root of the file's one document; nil when it has none, and then the reason is among the problems.
    func root() -> Value? {
        guard hasReadableText(), hasFewExplicitKeys() else { return nil }
        // libyaml's binding hashes the keys of every map, and a key that is a tree of aliases would take forever. So
        // aliases are first read as plain words, with every column where it was, and all keys must be plain words.
        let hasAliases = source.text.utf8.contains(UInt8(ascii: "*"))
        if hasAliases {
            let flat = String(
                decoding: source.text.utf8.map { $0 == UInt8(ascii: "*") ? UInt8(ascii: "_") : $0 },
                as: UTF8.self
            )
            guard let root = composed(flat), hasPlainKeys(root, depth: 0) else { return nil }
        }
        guard let root = composed(source.text) else { return nil }
        if !hasAliases { guard hasPlainKeys(root, depth: 0) else { return nil } }
        return Value(root)
    }

    /// Size, and the characters that YAML 1.1 section 5.1 allows: others are named by place here.
    private func hasReadableText() -> Bool {
        guard source.text.utf8.count <= source.subject.mostBytes else {
            problems.add(
                "too-large",
                at: .start,
                "the file is larger than \(source.subject.mostBytes >> 20) MiB; expected \(source.subject.noun) file"
            )
            return false
        }
        // Most files are plain ASCII, and then nothing needs to be counted.
        guard !source.text.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0A }) else { return true }
        var (line, column) = (1, 1)
        var last: Unicode.Scalar = " "
        for (index, scalar) in source.text.unicodeScalars.enumerated() {
            guard isAllowed(scalar) || (index == 0 && scalar.value == 0xFEFF) else {
                let name = String(scalar.value, radix: 16, uppercase: true)
                let code = String(repeating: "0", count: max(0, 4 - name.count)) + name
                let place = Place(line: line, column: column)
                problems.add(
                    "character",
                    at: place,
                    "character U+\(code) is not allowed; expected UTF-8 text"
                )
                return false
            }
            if last == "\r", scalar == "\n" {
                column = 1
            } else if isLineBreak(scalar) {
                (line, column) = (line + 1, 1)
            } else {
                column += 1
            }
            last = scalar
        }
        return true
    }

    /// Keys inside keys inside keys take time that grows with their depth squared, and only `? ` can write many. An
    /// experiment needs none of them; a question in a text is not taken for one.
    private func hasFewExplicitKeys() -> Bool {
        var count = 0
        var previous = UInt8(ascii: "\n")
        for byte in source.text.utf8 {
            if byte == UInt8(ascii: "?"), Self.beforeToken.contains(previous) { count += 1 }
            previous = byte
        }
        guard count > Self.deepest else { return true }
        problems.add(
            "key",
            at: .start,
            "more than \(Self.deepest) keys are written with a '?'; expected key: value"
        )
        return false
    }

    private static let beforeToken = Set(" \t\r\n{[,?-:".utf8)

    private func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF: true
        case 0xE000...0xFFFD: scalar.value != 0xFEFF
        case 0x1_0000...0x10_FFFF: true
        default: false
        }
    }

    private func composed(_ text: String) -> Node? {
        do {
            guard let node = try Yams.compose(yaml: text, .basic, .default, .utf8) else {
                problems.add(
                    "empty",
                    at: .start,
                    "the file is empty; expected \(source.subject.noun): \(source.subject.beginning)"
                )
                return nil
            }
            return node
        } catch let error as YamlError {
            SyntaxProblem(error, source: source).report(to: problems)
        } catch {
            problems.add("syntax", at: .start, "not YAML: \(error)")
        }
        return nil
    }

    /// Recursion is bounded: libyaml refuses more than 1000 levels before this sees them.
    private func hasPlainKeys(_ node: Node, depth: Int) -> Bool {
        guard depth <= Self.deepest else {
            problems.add("too-deep", at: Value(node).place, "nested deeper than \(Self.deepest) levels")
            return false
        }
        switch node {
        case .scalar, .alias: return true
        case .sequence(let sequence): return sequence.allSatisfy { hasPlainKeys($0, depth: depth + 1) }
        case .mapping(let mapping):
            return mapping.allSatisfy { pair in
                guard case .scalar = pair.key, !isAlias(pair.key) else {
                    problems.add(
                        "key",
                        at: Value(pair.key).place,
                        "a key is not a plain word; expected key: value"
                    )
                    return false
                }
                return hasPlainKeys(pair.value, depth: depth + 1)
            }
        }
    }

    private func isAlias(_ key: Node) -> Bool {
        guard case .scalar(let scalar) = key, scalar.style == .plain, scalar.string.first == "_" else {
            return false
        }
        let place = Value(key).place
        let line = source.scalars(ofLine: place.line)
        return line.indices.contains(place.column - 1) && line[place.column - 1] == "*"
    }
}

extension Reader {
    private static let mostHeaders = 64
    private static let mostBytes = 4096
    /// Faultline writes these itself; a second one would change where a message ends.
    private static let reserved: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "expect", "upgrade",
    ]

    /// `headers:`, a map of names to texts. Neither can end a line: no header smuggles another.
    func headers(_ value: Value) -> [HTTPField]? {
        guard let pairs = value.pairs else {
            let expected = "a map such as { Accept: text/html }"
            problems.add("not-a-map", at: value.place, "headers is \(value.shown); expected \(expected)")
            return nil
        }
        guard pairs.count <= Self.mostHeaders else {
            problems.add(
                "too-many",
                at: value.place,
                "\(pairs.count) headers; expected at most \(Self.mostHeaders)"
            )
            return nil
        }
        var seen: Set<String> = []
        let fields = pairs.compactMap { key, value -> HTTPField? in
            let name = key.text ?? ""
            guard isToken(name) else {
                let expected = "letters, digits and - (RFC 9110, token)"
                problems.add(
                    "header",
                    at: key.place,
                    "\(quoted(name)) is no header name; expected \(expected)"
                )
                return nil
            }
            guard !Self.reserved.contains(name.lowercased()) else {
                problems.add(
                    "header",
                    at: key.place,
                    "header \(quoted(name)) is written by Faultline; leave it out"
                )
                return nil
            }
            guard seen.insert(name.lowercased()).inserted else {
                problems.add("duplicate-name", at: key.place, "header \(quoted(name)) is given twice")
                return nil
            }
            return text(value, "header \(quoted(name))", expected: "a text").flatMap { text in
                guard text.utf8.count <= Self.mostBytes,
                    text.unicodeScalars.allSatisfy({ $0 == "\t" || !isControl($0) })
                else {
                    let expected = "one line of at most \(Self.mostBytes) bytes"
                    problems.add(
                        "header",
                        at: value.place,
                        "header \(quoted(name)) is \(quoted(text)); expected \(expected)"
                    )
                    return nil
                }
                return HTTPField(name: name, value: text)
            }
        }
        return fields.count == pairs.count ? fields : nil
    }

    /// RFC 9110, section 5.6.2.
    func isToken(_ name: String) -> Bool {
        let symbols = Set("!#$%&'*+-.^_`|~".utf8)
        return (1...128).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                symbols.contains(byte) || (48...57).contains(byte) || (65...90).contains(byte)
                    || (97...122).contains(byte)
            }
    }
}

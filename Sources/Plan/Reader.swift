import Measures

/// Reads the parts of a file of Faultline's; each part is an extension in its own file. What is wrong goes to `problems`
/// and the part is nil, so that reading goes on and finds the rest.
package struct Reader {
    package let problems: Problems
    /// What lies beside the file.
    var outside = OutsideFiles.none
    /// What selectors may name besides hosts.
    var circle = HostCircle()

    /// The longest run, in hours.
    package static let longest = Duration.seconds(24 * 3600)

    /// The text of a scalar.
    package func text(_ value: Value, _ key: String, expected: String) -> String? {
        if let text = value.text { return text }
        problems.add("not-text", at: value.place, "\(key) is \(value.shown); expected \(expected)")
        return nil
    }

    /// A list of values, or one value standing for a list of one.
    package func items(_ value: Value, _ key: String, most: Int) -> [Value] {
        let list = value.list ?? [value]
        guard list.count <= most else {
            problems.add(
                "too-many",
                at: value.place,
                "\(key) has \(list.count) entries; expected at most \(most)"
            )
            return []
        }
        return list
    }

    /// A name that is used in ids, file names and reports.
    func name(_ value: Value, of what: String) -> String? {
        guard let text = text(value, "the name of \(what)", expected: "letters, digits, - and _") else {
            return nil
        }
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isName, (1...48).contains(text.utf8.count), text.first != "-" else {
            let expected = "letters, digits, - and _, at most 48, the first not a -"
            problems.add(
                "name",
                at: value.place,
                "\(quoted(text)) is no name for \(what); expected \(expected)"
            )
            return nil
        }
        return text
    }

    /// One of a few words.
    package func word(_ value: Value, _ key: String, of words: [String]) -> String? {
        guard let text = text(value, key, expected: words.listed) else { return nil }
        guard words.contains(text) else {
            let nearest = Spelling.nearest(to: text, in: words)
            let message = "\(quoted(text)) is no \(key); expected \(words.listed)"
            problems.add("unknown-word", at: value.place, message, nearest: nearest)
            return nil
        }
        return text
    }

    /// A whole number without a unit.
    package func count(_ value: Value, _ key: String, _ range: ClosedRange<Int>) -> Int? {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let text = text(value, key, expected: expected) else { return nil }
        guard let number = DecimalText(text)?.whole, range.contains(number) else {
            problems.add("out-of-range", at: value.place, "\(key) is \(quoted(text)); expected \(expected)")
            return nil
        }
        return number
    }
}

extension Reader {
    private static let mostMarks = 16

    /// `marks:` of a service: names and patterns.
    func logMarks(_ value: Value) -> [LogMarkPlan]? {
        let expected = "a map of names and patterns, such as { loaded: \"Ready to accept\" }"
        guard let pairs = value.pairs, !pairs.isEmpty else {
            problems.add("not-a-map", at: value.place, "marks is \(value.shown); expected \(expected)")
            return nil
        }
        guard pairs.count <= Self.mostMarks else {
            problems.add(
                "too-many",
                at: value.place,
                "\(pairs.count) marks; expected at most \(Self.mostMarks)"
            )
            return nil
        }
        let marks = pairs.compactMap { key, value -> LogMarkPlan? in
            let name = name(key, of: "a mark")
            guard let text = text(value, name ?? "a mark", expected: "a pattern"), let name else {
                return nil
            }
            do throws(PatternProblem) {
                return LogMarkPlan(name: name, pattern: try BytePattern(text))
            } catch {
                problems.add("pattern", at: value.place, "\(name) is \(error.words)")
                return nil
            }
        }
        return marks.count == pairs.count ? marks : nil
    }

    /// `log:` of a service.
    func logFile(_ value: Value) -> String? {
        let expected = "an absolute path, or one that begins with {dir}/"
        guard let text = text(value, "log", expected: expected) else { return nil }
        guard text.hasPrefix("/") || text.hasPrefix("{dir}/"), text.utf8.count <= 1_000 else {
            problems.add("path", at: value.place, "log is \(quoted(text)); expected \(expected)")
            return nil
        }
        return text
    }
}

/// What a recorded history must show.
package struct CorrectnessTarget: Sendable, Equatable {
    package enum Claim: Sendable, Equatable {
        /// As if there were one copy: of registers.
        case linearizable
        /// Acknowledged, and not there in the end; at most so many: of a set or a list.
        case lostWrites(atMost: Int)
        /// There more than once in the end: of a list.
        case duplicates(atMost: Int)
    }

    package let history: String
    package let claim: Claim

    package init(history: String, claim: Claim) {
        self.history = history
        self.claim = claim
    }
}

extension Reader {
    private static let claims = ["linearizable", "lost-acknowledged-writes", "duplicates"]

    /// `correctness:`; `histories`: what each records, "" where that is wrong. nil: not known.
    func correctness(_ value: Value, histories: [String: String]?) -> CorrectnessTarget? {
        let keys = ["history"] + Self.claims
        guard let fields = Fields(value, "correctness", keys: keys, problems: problems) else { return nil }
        let history = fields.required("history", histories?.keys.sorted().first ?? "accounts").flatMap {
            historyName($0, of: histories)
        }
        let given = Self.claims.filter { fields[$0] != nil }
        guard given.count == 1, let key = given.first, let value = fields[key] else {
            let message =
                "correctness says \(given.isEmpty ? "nothing" : given.listed); expected one claim: linearizable: true, "
                + "lost-acknowledged-writes: 0 or duplicates: 0"
            problems.add("correctness", at: fields.place, message)
            return nil
        }
        let claim: CorrectnessTarget.Claim?
        if key == "linearizable" {
            claim = word(value, key, of: ["true"]).map { _ in .linearizable }
        } else {
            claim = count(value, key, 0...1_000_000_000).map {
                key == "duplicates" ? .duplicates(atMost: $0) : .lostWrites(atMost: $0)
            }
        }
        guard let history, let claim else { return nil }
        let work = histories?[history] ?? ""
        let fitting =
            switch claim {
            case .linearizable: ["registers"]
            case .lostWrites: ["set", "list"]
            case .duplicates: ["list"]
            }
        guard work.isEmpty || fitting.contains(work) else {
            let words = fitting.joined(separator: " or ")
            let message = "\(key) is asked of a \(words); history \(quoted(history)) records \(work)"
            problems.add("correctness", at: fields.place(of: key), message)
            return nil
        }
        return CorrectnessTarget(history: history, claim: claim)
    }

    private func historyName(_ value: Value, of histories: [String: String]?) -> String? {
        let names = histories?.keys.sorted() ?? []
        guard let name = text(value, "history", expected: names.listed) else { return nil }
        guard histories != nil, !names.contains(name) else { return name }
        let message =
            names.isEmpty
            ? "there is no history \(quoted(name)); expected history: { \(name): … } beside targets"
            : "unknown history \(quoted(name)); expected \(names.listed)"
        problems.add(
            "unknown-history",
            at: value.place,
            message,
            nearest: Spelling.nearest(to: name, in: names)
        )
        return nil
    }
}

/// What became of a promise in a history, key by key.
package struct HistoryJudgement: Sendable, Equatable {
    package enum State: String, Sendable, Codable {
        case holds
        case undecided
        case violated
    }

    package private(set) var state = State.holds
    /// Counter-examples and what is noteworthy, with the lines of the file; at most `mostFindings`.
    package private(set) var findings: [String] = []
    package private(set) var keys = 0
    package private(set) var operations = 0
    /// Of the first counter-example of a register: the operations on each of its values.
    package private(set) var example: [[HistoryEntry]] = []
    /// Findings that are not listed.
    package private(set) var unlisted = 0

    package static let mostFindings = 20

    /// - Parameter bound: how far the clients' clocks may be apart, nanoseconds either way.
    package init(_ file: HistoryFile, as model: HistoryModel, clockBound bound: Int64 = 0)
        throws(HistoryError)
    {
        for entry in file.entries where !model.verbs.contains(entry.verb) {
            let verbs = model.verbs.map(\.rawValue).joined(separator: ", ")
            throw HistoryError(
                "wrong-op",
                file.name,
                line: entry.line,
                "\(entry.verb.rawValue) is nothing that a history of \(model.rawValue) has; expected \(verbs)"
            )
        }
        judge(file.entries, model, bound)
    }

    /// The same of registers alone, whose lines say how well their instants are known.
    package init(registers entries: [HistoryEntry]) {
        judge(entries, .register, 0)
    }

    private mutating func judge(_ entries: [HistoryEntry], _ model: HistoryModel, _ bound: Int64) {
        operations = entries.count
        let byKey = Dictionary(grouping: entries, by: \.key)
        keys = byKey.count
        for (key, entries) in byKey.sorted(by: { $0.key < $1.key }) {
            judge(entries, key.isEmpty ? "" : "\(key): ", model, bound)
        }
    }

    private mutating func judge(
        _ entries: [HistoryEntry],
        _ prefix: String,
        _ model: HistoryModel,
        _ bound: Int64
    ) {
        let lines = { (places: [Int]) in places.map { String(entries[$0].line) }.joined(separator: ", ") }
        switch model {
        case .register:
            switch RegisterCheck.check(entries.map { Self.register($0).widened(by: $0.doubt(beside: bound)) })
            {
            case .linearizable: return
            case .undecided(let steps):
                add(
                    .undecided,
                    "\(prefix)given up after \(steps) steps; use more keys with fewer clients on each"
                )
            case .violated(.neverWritten(let read)):
                show([[read]], entries)
                add(
                    .violated,
                    "\(prefix)line \(lines([read])) read \(Self.shown(entries[read].value)), which nobody wrote"
                )
            case .violated(.fromTheFuture(let read, let write)):
                show([[write], [read]], entries)
                add(
                    .violated,
                    "\(prefix)line \(lines([read])) read what line \(lines([write])) had not begun to write"
                )
            case .violated(.crossed(let one, let other)):
                show([one, other], entries)
                add(
                    .violated,
                    "\(prefix)neither came first: \(Self.shown(entries[one[0]].value)) (lines \(lines(one))) "
                        + "and \(Self.shown(entries[other[0]].value)) (lines \(lines(other)))"
                )
            case .violated(.stuck(let places)):
                show([places], entries)
                add(.violated, "\(prefix)no order explains lines \(lines(places))")
            }
        case .queue:
            switch QueueCheck.check(entries.map { Self.queue($0).widened(by: $0.doubt(beside: bound)) }) {
            case .ordered: return
            case .undecided:
                add(.undecided, "\(prefix)receives of unknown outcome may have taken what is missing")
            case .violated(.neverSent(let place)):
                add(
                    .violated,
                    "\(prefix)line \(lines([place])) received \(Self.shown(entries[place].value)), which nobody sent"
                )
            case .violated(.repeated(let first, let second)):
                add(
                    .violated,
                    "\(prefix)lines \(lines([first, second])) received \(Self.shown(entries[first].value)) twice"
                )
            case .violated(.early(let send, let receive)):
                add(
                    .violated,
                    "\(prefix)line \(lines([receive])) received what line \(lines([send])) had not begun to send"
                )
            case .violated(.order(let first, let second, let passed)):
                let fate = passed.map { "later, by line \(lines([$0]))" } ?? "never"
                add(
                    .violated,
                    "\(prefix)line \(lines([first])) was sent before line \(lines([second])), which came out; it itself \(fate)"
                )
            }
        case .set:
            if !entries.contains(where: { $0.verb == .found }) {
                return add(.undecided, "\(prefix)nothing was looked at in the end: no line says found")
            }
            let set = SetCheck(entries, clockBound: bound)
            let kinds: [(State, String, [Int64])] = [
                (.violated, "lost of \(set.acknowledged) acknowledged", set.lost),
                (.violated, "found, and never added", set.unexpected),
                (.violated, "found more than once", set.duplicated),
                (.holds, "found, and not known to have been added", set.recovered),
            ]
            for (state, words, values) in kinds where !values.isEmpty {
                let more = values.count > 10 ? " …" : ""
                add(
                    state,
                    "\(prefix)\(values.count) \(words): \(values.prefix(10).map(String.init).joined(separator: ", "))\(more)"
                )
            }
        case .counter:
            for violation in CounterCheck.check(
                entries.map { Self.counter($0).widened(by: $0.doubt(beside: bound)) }
            ) {
                let range = violation.possible
                add(
                    .violated,
                    "\(prefix)line \(lines([violation.read])) read \(violation.found); "
                        + "possible were \(range.lowerBound) to \(range.upperBound)"
                )
            }
        case .ids:
            for (id, times) in UniqueIdCheck.repeated(
                entries.filter { $0.outcome == .ok }.compactMap(\.value)
            ) {
                add(.violated, "\(prefix)\(id) was given out \(times) times")
            }
        case .session:
            for violation in SessionCheck.check(entries.map { Self.version($0) }) {
                let words =
                    violation.guarantee == .readYourWrites
                    ? "what its client wrote in" : "what its client read in"
                add(
                    .violated,
                    "\(prefix)line \(lines([violation.read])) is older than \(words) line \(lines([violation.earlier]))"
                )
            }
        case .staleness:
            for stale in StalenessCheck.check(
                entries.map { Self.version($0).widened(by: $0.doubt(beside: bound)) }
            ) {
                add(
                    .violated,
                    "\(prefix)line \(lines([stale.read])) missed line \(lines([stale.missed])), over for \(stale.age) ns"
                )
            }
        }
    }

    private mutating func add(_ state: State, _ finding: String) {
        if state == .violated || self.state == .holds { self.state = state == .holds ? self.state : state }
        guard findings.count < Self.mostFindings else {
            unlisted += 1
            return
        }
        findings.append(finding)
    }

    private mutating func show(_ groups: [[Int]], _ entries: [HistoryEntry]) {
        if example.isEmpty { example = groups.map { $0.map { entries[$0] } } }
    }

    private static func shown(_ value: Int64?) -> String { value.map(String.init) ?? "nothing" }
}

extension HistoryJudgement {
    private static func register(_ entry: HistoryEntry) -> RegisterInvocation {
        switch entry.verb {
        case .read: entry.invocation(.read(entry.value))
        case .cas: entry.invocation(.compareAndSet(entry.expected ?? 0, entry.value ?? 0, isSet: entry.isSet))
        default: entry.invocation(.write(entry.value ?? 0))
        }
    }

    private static func queue(_ entry: HistoryEntry) -> QueueInvocation {
        entry.verb == .send
            ? entry.invocation(.enqueue(entry.value ?? 0)) : entry.invocation(.dequeue(entry.value))
    }

    private static func counter(_ entry: HistoryEntry) -> CounterInvocation {
        entry.verb == .add
            ? entry.invocation(.add(entry.value ?? 0)) : entry.invocation(.read(entry.value ?? 0))
    }

    private static func version(_ entry: HistoryEntry) -> VersionInvocation {
        entry.verb == .write
            ? entry.invocation(.write(entry.value ?? 0)) : entry.invocation(.read(entry.value))
    }
}

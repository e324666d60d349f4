import Measures
import Recording

/// One fault on several things, each of which has its own share of it: as many limits as containers.
struct SeveralInjections: Injection, Observable {
    let id: String
    let operation: Operation
    private let parts: [any Injection & Observable]

    /// `parts`: with what is asked of each; at least one.
    init(id: String, operation: Operation, _ parts: [any Injection & Observable]) {
        self.id = id
        self.operation = operation
        self.parts = parts
    }

    /// From the first to the last of them.
    var began: LocalSpan? { Self.union(parts.map(\.began)) }
    var ended: LocalSpan? { Self.union(parts.map(\.ended)) }

    func move(to window: ActingWindow) throws { for part in parts { try part.move(to: window) } }
    func disarm() throws { for part in parts { try part.disarm() } }
    func extend(leaseUntil: Int64) throws { for part in parts { try part.extend(leaseUntil: leaseUntil) } }

    func readBack() throws -> ReadBack {
        let found = try parts.map { try $0.readBack() }
        return ReadBack(
            isInstalled: found.allSatisfy(\.isInstalled),
            tally: found.reduce(Tally()) { $0 + $1.tally },
            detail: found.map(\.detail).joined(separator: "; ")
        )
    }

    /// All are tried; the first failure is told.
    func heal() throws {
        var failure: (any Error)?
        for part in parts {
            do { try part.heal() } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    func observations() -> [Observation] {
        parts.flatMap { $0.observations() }.map { observation in
            var observation = observation
            observation.fault = id
            return observation
        }
    }

    /// nil while one of them has none.
    private static func union(_ spans: [LocalSpan?]) -> LocalSpan? {
        let known = spans.compactMap { $0 }
        guard known.count == spans.count, let from = known.map(\.from).min(), let to = known.map(\.to).max()
        else { return nil }
        return LocalSpan(from: from, to: to)
    }
}

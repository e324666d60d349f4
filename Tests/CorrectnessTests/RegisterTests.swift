import Testing

@testable import Correctness

@Suite struct RegisterTests {
    private struct Verdict: Decodable {
        let `init`: Int64?
        let linearizable: Bool
    }

    @Test("every reference history is judged as it is known to be")
    func cases() throws {
        for example in try CaseFile.cases("lin_register_cases.json", Verdict.self) {
            let history = try example.ops.map { try $0.register() }
            let verdict = RegisterCheck.check(history, initial: example.verdict.`init`)
            #expect((verdict == .linearizable) == example.verdict.linearizable, "\(example.name): \(verdict)")
            let search = RegisterSearch(history, initial: example.verdict.`init`).result(steps: 100_000)
            #expect((search == .linearizable) == example.verdict.linearizable, "\(example.name): \(search)")
            #expect(
                BruteForce.isLinearizable(history, initial: example.verdict.`init`)
                    == example.verdict.linearizable
            )
        }
    }

    private func draw(
        _ random: inout some RandomNumberGenerator,
        unique: Bool,
        count: Int
    ) -> [RegisterInvocation] {
        var next: Int64 = 1
        return (0..<count).map { index in
            let start = Int64.random(in: 0...10, using: &random)
            let end = start + Int64.random(in: 0...6, using: &random)
            let outcome: Invocation<RegisterAction>.Outcome =
                Int.random(in: 0..<20, using: &random) == 0
                ? .failed : Int.random(in: 0..<6, using: &random) == 0 ? .unknown : .ok
            let value = { (random: inout any RandomNumberGenerator) in Int64.random(in: 0...3, using: &random)
            }
            var generator: any RandomNumberGenerator = random
            let (first, second) = (value(&generator), value(&generator))
            _ = UInt64.random(in: 0...1, using: &random)
            let found = first == 0 ? nil : first
            let action: RegisterAction
            switch Int.random(in: 0..<(unique ? 2 : 3), using: &random) {
            case 0: action = .read(found)
            case 1:
                action = .write(unique ? next : second)
                next += 1
            default:
                action = .compareAndSet(first, second, isSet: Bool.random(using: &random))
            }
            return Invocation(client: index, action, start: start, end: end, outcome: outcome)
        }
    }

    @Test("zones, search and every order tried agree", arguments: [true, false])
    func agree(unique: Bool) {
        var random = SystemRandomNumberGenerator()
        var verdicts: [Bool: Int] = [:]
        for _ in 0..<20_000 {
            let count = Int.random(in: 1...6, using: &random)
            let history = draw(&random, unique: unique, count: count)
            let truth = BruteForce.isLinearizable(history, initial: nil)
            verdicts[truth, default: 0] += 1
            let search = RegisterSearch(history, initial: nil).result(steps: 1_000_000)
            #expect((search == .linearizable) == truth, "\(history)")
            if unique {
                let zones = ZoneCheck.check(history, initial: nil)
                #expect((zones == .linearizable) == truth, "\(history)")
            }
        }
        // A test that sees one verdict only shows nothing.
        #expect(verdicts.values.allSatisfy { $0 > 500 } && verdicts.count == 2, "\(verdicts)")
    }

    @Test("a counter-example alone is no more linearizable than the whole")
    func counterExample() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<5_000 {
            let history = draw(&random, unique: true, count: 6)
            guard case .violated(.crossed(let one, let other))? = ZoneCheck.check(history, initial: nil)
            else { continue }
            let kept = (one + other).map { history[$0] }
            #expect(!BruteForce.isLinearizable(kept, initial: nil), "\(history)")
        }
    }

    /// A register that is served by one copy, with clients that are told late.
    private func honest(_ count: Int, clients: Int) -> [RegisterInvocation] {
        var random = SystemRandomNumberGenerator()
        var value: Int64?
        var free = [Int64](repeating: 0, count: clients)
        return (0..<count).map { index in
            let client = index % clients
            let instant = max(free[client], Int64(index) * 10) + Int64.random(in: 1...50, using: &random)
            _ = instant
            let at = Int64(index) * 100
            let isWrite = Bool.random(using: &random)
            if isWrite { value = Int64(index) }
            let isLost = isWrite && Int.random(in: 0..<100, using: &random) == 0
            free[client] = at
            return Invocation(
                client: client,
                isWrite ? .write(Int64(index)) : .read(value),
                start: at - Int64.random(in: 0...500, using: &random),
                end: at + Int64.random(in: 0...500, using: &random),
                outcome: isLost ? .unknown : .ok
            )
        }
    }

    @Test("a long honest history is linearizable, and one stale read in it is found")
    func long() {
        var history = honest(100_000, clients: 10)
        #expect(RegisterCheck.check(history) == .linearizable)
        history[90_000].action = .read(
            history.lazy.compactMap { operation -> Int64? in
                if case .write(let value) = operation.action { value } else { nil }
            }.first { _ in true }
        )
        history[90_000].outcome = .ok
        history[90_000].end = history[90_000].start + 10
        guard case .violated = RegisterCheck.check(history) else {
            Issue.record("the stale read was not found")
            return
        }
    }

    @Test("a search without end is given up, and says so")
    func givesUp() {
        // All at once, and the last read cannot be: every order has to be tried.
        let writes = (0..<40).map {
            Invocation(client: $0, RegisterAction.write(Int64($0 % 2)), start: 0, end: 100, outcome: .ok)
        }
        let read = Invocation(client: 99, RegisterAction.read(7), start: 200, end: 201, outcome: .ok)
        #expect(RegisterCheck.check(writes + [read]) == .undecided(steps: 1_000_000))
        #expect(RegisterCheck.check(writes.suffix(10) + [read]) == .violated(.stuck([10])))
    }

    @Test("what lies within the clocks' bound is not called a violation")
    func widened() {
        let history: [RegisterInvocation] = [
            Invocation(client: 0, .write(1), start: 0, end: 10, outcome: .ok),
            Invocation(client: 1, .read(nil), start: 15, end: 20, outcome: .ok),
        ]
        #expect(RegisterCheck.check(history) != .linearizable)
        #expect(RegisterCheck.check(history.map { $0.widened(by: 2) }) != .linearizable)
        #expect(RegisterCheck.check(history.map { $0.widened(by: 3) }) == .linearizable)
        #expect(history[0].widened(by: .max).end == .max)
    }
}

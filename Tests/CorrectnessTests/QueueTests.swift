import Testing

@testable import Correctness

@Suite struct QueueTests {
    private struct Verdict: Decodable {
        let fifo_linearizable: Bool
        let first_violation: String?
        let if_drained: Drained

        struct Drained: Decodable {
            let lost: [Int64]
            let unexpected: [Int64]
            let duplicated: [Int64]
            let recovered: [Int64]
        }
    }

    @Test("every reference history is judged as it is known to be, as a queue and as a set")
    func cases() throws {
        for example in try CaseFile.cases("lin_queue_cases.json", Verdict.self) {
            let history = try example.ops.map { try $0.queue() }
            let result = QueueCheck.check(history)
            #expect((result == .ordered) == example.verdict.fifo_linearizable, "\(example.name): \(result)")
            if case .violated(let violation) = result {
                switch violation {
                case .repeated: #expect(example.verdict.first_violation == "repeat", "\(example.name)")
                case .order: #expect(example.verdict.first_violation == "order", "\(example.name)")
                case .neverSent, .early: #expect(example.verdict.first_violation != nil)
                }
            }
            let attempts = history.compactMap {
                operation -> (value: Int64, outcome: Invocation<Int64>.Outcome)? in
                guard case .enqueue(let value) = operation.action else { return nil }
                return (value, operation.outcome == .ok ? .ok : .unknown)
            }
            let found = history.compactMap { operation -> Int64? in
                guard case .dequeue(let value) = operation.action else { return nil }
                return value
            }
            let set = SetCheck(attempts: attempts, found: found)
            let drained = example.verdict.if_drained
            #expect(set.lost == drained.lost && set.unexpected == drained.unexpected, "\(example.name)")
            #expect(
                set.duplicated == drained.duplicated && set.recovered == drained.recovered,
                "\(example.name)"
            )
        }
    }

    @Test("the four patterns and every order tried agree")
    func agree() {
        var random = SystemRandomNumberGenerator()
        var verdicts: [Bool: Int] = [:]
        for _ in 0..<20_000 {
            let sends = Int.random(in: 1...3, using: &random)
            let takes = Int.random(in: 0...3, using: &random)
            let history: [QueueInvocation] = (0..<(sends + takes)).map { index in
                let start = Int64.random(in: 0...9, using: &random)
                let end = start + Int64.random(in: 0...4, using: &random)
                if index < sends {
                    let isLost = Int.random(in: 0..<6, using: &random) == 0
                    return Invocation(
                        client: index,
                        .enqueue(Int64(index)),
                        start: start,
                        end: end,
                        outcome: isLost ? .unknown : .ok
                    )
                }
                return Invocation(
                    client: index,
                    .dequeue(Int64.random(in: 0..<Int64(sends + (index % 7 == 0 ? 1 : 0)), using: &random)),
                    start: start,
                    end: end,
                    outcome: .ok
                )
            }
            let truth = BruteForce.isOrdered(history)
            verdicts[truth, default: 0] += 1
            #expect((QueueCheck.check(history) == .ordered) == truth, "\(history)")
        }
        #expect(verdicts.values.allSatisfy { $0 > 500 } && verdicts.count == 2, "\(verdicts)")
    }

    @Test("a dequeue that nobody heard of excuses what is missing, and nothing else")
    func lostDequeue() {
        let history: [QueueInvocation] = [
            Invocation(client: 0, .enqueue(1), start: 0, end: 1, outcome: .ok),
            Invocation(client: 0, .enqueue(2), start: 2, end: 3, outcome: .ok),
            Invocation(client: 1, .dequeue(2), start: 4, end: 5, outcome: .ok),
        ]
        #expect(QueueCheck.check(history) == .violated(.order(first: 0, second: 1, passed: nil)))
        let lost = Invocation(client: 2, QueueAction.dequeue(nil), start: 3, end: 4, outcome: .unknown)
        #expect(QueueCheck.check(history + [lost]) == .undecided)
        let late = Invocation(client: 3, QueueAction.dequeue(1), start: 8, end: 9, outcome: .ok)
        #expect(
            QueueCheck.check(history + [lost, late]) == .violated(.order(first: 0, second: 1, passed: 4))
        )
    }
}

import Testing

@testable import Correctness

@Suite struct CountingTests {
    @Test("a counter's read lies between what was surely added and what may have been")
    func counter() {
        func add(
            _ amount: Int64,
            _ start: Int64,
            _ end: Int64,
            _ outcome: Invocation<CounterAction>.Outcome = .ok
        )
            -> CounterInvocation
        { Invocation(client: 0, .add(amount), start: start, end: end, outcome: outcome) }
        func read(_ found: Int64, _ start: Int64, _ end: Int64) -> CounterInvocation {
            Invocation(client: 1, .read(found), start: start, end: end, outcome: .ok)
        }
        let history = [
            add(5, 0, 10), add(3, 20, 40), add(2, 30, 35, .unknown), add(9, 0, 1, .failed), add(-4, 50, 60),
            read(5, 11, 12), read(0, 5, 6), read(10, 25, 36), read(11, 25, 36), read(4, 11, 12),
            read(8, 45, 46), read(10, 45, 46), read(4, 55, 56), read(11, 70, 71), read(6, 70, 71),
        ]
        let violations = CounterCheck.check(history)
        #expect(violations.map(\.read) == [8, 9, 13])
        #expect(violations.map(\.possible) == [5...10, 5...5, 4...6])
    }

    @Test("no counter that one copy keeps is ever accused")
    func honestCounter() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var total: Int64 = 0
            let history: [CounterInvocation] = (0..<60).map { index in
                let at = Int64(index) * 10
                let (start, end) = (
                    at - Int64.random(in: 0...40, using: &random),
                    at + Int64.random(in: 0...40, using: &random)
                )
                if Bool.random(using: &random) {
                    return Invocation(client: index, .read(total), start: start, end: end, outcome: .ok)
                }
                let amount = Int64.random(in: -5...5, using: &random)
                let isLost = Int.random(in: 0..<5, using: &random) == 0
                // What nobody heard of may have happened, or not.
                if !isLost || Bool.random(using: &random) { total += amount }
                return Invocation(
                    client: index,
                    .add(amount),
                    start: start,
                    end: end,
                    outcome: isLost ? .unknown : .ok
                )
            }
            #expect(CounterCheck.check(history).isEmpty, "\(history)")
        }
    }

    @Test("a client misses its own write, or sees time go back")
    func sessions() {
        func write(_ client: Int, _ version: Int64, _ start: Int64) -> VersionInvocation {
            Invocation(client: client, .write(version), start: start, end: start + 1, outcome: .ok)
        }
        func read(_ client: Int, _ version: Int64?, _ start: Int64) -> VersionInvocation {
            Invocation(client: client, .read(version), start: start, end: start + 1, outcome: .ok)
        }
        let history = [
            write(1, 10, 0), read(1, 10, 2), read(2, nil, 3), read(2, 10, 5), read(2, 9, 7), read(1, nil, 9),
            write(2, 12, 11), read(1, 12, 13), read(2, 11, 15),
        ]
        #expect(
            SessionCheck.check(history) == [
                .init(guarantee: .monotonicReads, read: 4, earlier: 3),
                .init(guarantee: .readYourWrites, read: 5, earlier: 0),
                .init(guarantee: .monotonicReads, read: 5, earlier: 1),
                .init(guarantee: .readYourWrites, read: 8, earlier: 6),
            ]
        )
        let stale = StalenessCheck.check(history)
        #expect(stale.map(\.read) == [2, 4, 5, 8])
        #expect(stale.map(\.age) == [2, 6, 8, 3])
    }

    @Test("identifiers given out twice are named")
    func ids() {
        #expect(UniqueIdCheck.repeated([1, 2, 3]).isEmpty)
        let repeated = UniqueIdCheck.repeated([4, 1, 4, 2, 1, 4])
        #expect(repeated.map(\.id) == [4, 1] && repeated.map(\.times) == [3, 2])
    }

    @Test("what is lost, unexpected, doubled and recovered is told apart")
    func sets() {
        let set = SetCheck(
            attempts: [(1, .ok), (2, .ok), (3, .unknown), (4, .unknown), (5, .failed), (6, .ok)],
            found: [1, 3, 5, 6, 6, 9]
        )
        #expect(set.acknowledged == 3)
        #expect(set.lost == [2] && set.recovered == [3] && set.duplicated == [6] && set.unexpected == [5, 9])
    }
}

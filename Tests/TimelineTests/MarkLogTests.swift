import Measures
import Testing

@testable import Timeline

@Suite struct MarkLogTests {
    private static func marks(_ log: MarkLog, from start: Instant? = nil, to end: Instant? = nil) -> [Mark] {
        var all: [Mark] = []
        log.forEach(from: start, to: end) { all.append($0) }
        return all
    }

    @Test(
        "marks come back in order, whatever the order they went in; a window takes its start and not its end"
    )
    func ordered() {
        var generator = SeededGenerator(seed: 7)
        var log = MarkLog()
        let instants = (0..<1000).map { Instant(.milliseconds($0)) }
        for at in instants.shuffled(using: &generator) { log.add(at, good: at.nanoseconds % 3_000_000 != 0) }
        log.sort()
        let all = Self.marks(log)
        #expect(all.map(\.at) == instants)
        #expect(all.allSatisfy { $0.good == ($0.at.nanoseconds % 3_000_000 != 0) })
        let window = Self.marks(log, from: Instant(.milliseconds(10)), to: Instant(.milliseconds(20)))
        #expect(window.map(\.at) == Array(instants[10..<20]))
    }

    @Test("merging two logs is the log of all", arguments: [1000, 150, 50])
    func merged(limit: Int) {
        var (left, right, all) = (
            MarkLog(exactLimit: limit), MarkLog(exactLimit: limit), MarkLog(exactLimit: limit)
        )
        for index in 0..<200 {
            let at = Instant(.milliseconds((index * 37) % 200))
            if index % 3 == 0 {
                left.add(at, good: index % 5 > 0)
            } else {
                right.add(at, good: index % 5 > 0)
            }
            all.add(at, good: index % 5 > 0)
        }
        left.merge(right)
        left.sort()
        all.sort()
        #expect(Self.marks(left) == Self.marks(all))
        #expect(left.count == 200)
    }

    @Test("a log that has grown coarse loses no request, and knows an outage to 10 ms")
    func coarse() throws {
        var (coarse, exact) = (MarkLog(exactLimit: 100), MarkLog())
        for index in 0..<5000 {
            let isGood = !(1003..<2017).contains(index)
            coarse.add(Instant(.milliseconds(index)), good: isGood)
            exact.add(Instant(.milliseconds(index)), good: isGood)
        }
        coarse.sort()
        exact.sort()
        let outages = [coarse, exact].map { log in
            var finder = OutageFinder(SteadyRule(goodFor: .seconds(1)))
            log.forEach { finder.add($0) }
            return finder.finish(at: Instant(.seconds(5))).outages
        }
        let (rough, fine) = (try #require(outages[0].first), try #require(outages[1].first))
        #expect(outages[0].count == 1)
        #expect(rough.bad == 1014)
        #expect(fine.start == Instant(.milliseconds(1003)))
        #expect(abs((rough.start - fine.start).seconds) <= 0.010)
        let (roughEnd, fineEnd) = (try #require(rough.end), try #require(fine.end))
        #expect(abs((roughEnd - fineEnd).seconds) <= 0.010)
        #expect(Self.marks(coarse).reduce(0) { $0 + $1.count } == 5000)
    }

    @Test(
        "variance inflation is the sum of squared burst lengths over the sum of lengths",
        arguments: [
            ([1, 1, 1], 1.0), ([3], 3), ([1, 2, 3], 14.0 / 6), ([], 1),
        ] as [([Int], Double)]
    )
    func variance(lengths: [Int], expected: Double) {
        var counter = BurstCounter()
        for length in lengths {
            for _ in 0..<length { counter.add(Mark(at: .zero, good: false)) }
            counter.add(Mark(at: .zero, good: true))
        }
        #expect(abs(counter.summary.varianceInflation - expected) < 1e-12)
        #expect(counter.summary.count == lengths.count)
    }
}

import Measures
import Testing

@testable import Timeline

@Suite struct LatencyTableTests {
    private static func random(_ count: Int, seed: UInt64) -> [Int64] {
        var generator = SeededGenerator(seed: seed)
        // Over the whole range, each octave alike.
        return (0..<count).map { _ in
            Int64(1) << Int64.random(in: 0...41, using: &generator)
                + Int64.random(in: 0..<1000, using: &generator)
        }
    }

    @Test("a value is known to 0.8 %: its rank's bounds hold it", arguments: [1, 2] as [UInt64])
    func bounds(seed: UInt64) throws {
        let values = Self.random(5000, seed: seed)
        var table = LatencyTable()
        for value in values { table.record(nanoseconds: value) }
        for (index, value) in values.sorted().enumerated() where index % 7 == 0 {
            let bounds = try #require(table.bounds(ofRank: index + 1))
            #expect(bounds.lowerBound.nanoseconds <= value)
            #expect(bounds.upperBound.nanoseconds >= value)
            #expect((bounds.upperBound - bounds.lowerBound).seconds <= 0.0079 * bounds.lowerBound.seconds)
        }
        #expect(table.bounds(ofRank: 0) == nil)
        #expect(table.bounds(ofRank: 5001) == nil)
    }

    @Test("merging two tables is the table of all values; removing one gives the other back")
    func mergeAndRemove() {
        let (first, second) = (Self.random(3000, seed: 3), Self.random(2000, seed: 4))
        var (left, right, all) = (LatencyTable(), LatencyTable(), LatencyTable())
        for value in first { left.record(nanoseconds: value) }
        for value in second { right.record(nanoseconds: value) }
        for value in first + second { all.record(nanoseconds: value) }
        var merged = left
        merged.merge(right)
        #expect(merged == all)
        let rest = merged.removing(right)
        #expect(rest.count == left.count)
        for limit in first where limit % 5 == 0 {
            #expect(rest.count(atMost: .nanoseconds(limit)) == left.count(atMost: .nanoseconds(limit)))
        }
    }

    @Test("the certain and the possible count enclose the true one, and differ by one bucket only")
    func counts() {
        let values = Self.random(4000, seed: 5)
        var table = LatencyTable()
        for value in values { table.record(nanoseconds: value) }
        for limit in Self.random(300, seed: 6) {
            let truth = values.count { $0 <= limit }
            #expect(table.count(certainlyAtMost: .nanoseconds(limit)) <= truth)
            #expect(table.count(atMost: .nanoseconds(limit)) >= truth)
            #expect(
                table.count(certainlyAtMost: .nanoseconds(limit))
                    >= values.count { Double($0) < Double(limit) * 0.992 }
            )
        }
    }

    @Test("heat rows ascend from 10 µs to 60 s by one ratio, and a latency lies in its row")
    func rows() {
        let edges = LatencyRows.lowerEdges
        #expect(edges.count == 48)
        #expect(edges.first == .microseconds(10))
        for (low, high) in zip(edges, edges.dropFirst() + [LatencyRows.top]) {
            #expect(abs(high.seconds / low.seconds - 1.38424) < 0.0001)
        }
        for (index, edge) in edges.enumerated() {
            #expect(LatencyRows.row(of: edge) == index)
            #expect(LatencyRows.row(of: edge - .nanoseconds(1)) == max(0, index - 1))
        }
        #expect(LatencyRows.row(of: .zero) == 0)
        #expect(LatencyRows.row(of: .seconds(3600)) == 47)
    }
}

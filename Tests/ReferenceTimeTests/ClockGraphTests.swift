import Measures
import ReferenceTime
import Testing

@Suite("Several clocks as a graph")
struct ClockGraphTests {
    /// Clocks with a true reading each, and intervals of their differences that hold it.
    private struct Clocks {
        var truth: [String: Int64] = [:]
        var intervals: [(node: String, other: String, limits: ClosedRange<Int64>)] = []
        var names: [String] { truth.keys.sorted() }

        init(count: Int, random: inout SeededGenerator) {
            for index in 0..<count {
                truth["n\(index)"] = Int64.random(in: -1_000_000_000...1_000_000_000, using: &random)
            }
            for node in names {
                for other in names where node != other && Int.random(in: 0..<10, using: &random) < 4 {
                    let difference = (truth[node] ?? 0) - (truth[other] ?? 0)
                    let below = Int64.random(in: 0...50_000, using: &random)
                    let above = Int64.random(in: 0...50_000, using: &random)
                    intervals.append((node, other, (difference - below)...(difference + above)))
                }
            }
        }

        var graph: ClockGraph {
            var graph = ClockGraph()
            for (node, other, limits) in intervals { graph.add(limits, of: node, over: other) }
            return graph
        }

        /// The shortest of all walks of so many edges, by hand: what no provable interval may exceed.
        func upperLimits() -> [[String]: Int64] {
            var best: [[String]: Int64] = [:]
            for (node, other, limits) in intervals {
                best[[other, node]] = min(best[[other, node]] ?? .max, limits.upperBound)
                best[[node, other]] = min(best[[node, other]] ?? .max, -limits.lowerBound)
            }
            for _ in names {
                let edges = best
                for (first, length) in edges {
                    for (second, more) in edges where first[1] == second[0] && first[0] != second[1] {
                        let pair = [first[0], second[1]]
                        best[pair] = min(best[pair] ?? .max, length + more)
                    }
                }
            }
            return best
        }
    }

    @Test("the truth is inside every interval, and none is wider than any path of constraints")
    func truth() throws {
        var random = SeededGenerator(seed: 31)
        for _ in 0..<300 {
            let clocks = Clocks(count: Int.random(in: 2...7, using: &random), random: &random)
            let closed = try clocks.graph.closed()
            let paths = clocks.upperLimits()
            for node in clocks.names {
                for other in clocks.names where node != other {
                    let limits = closed.limits(of: node, over: other)
                    guard let upper = paths[[other, node]], let lower = paths[[node, other]] else {
                        #expect(limits == nil)
                        continue
                    }
                    let difference = (clocks.truth[node] ?? 0) - (clocks.truth[other] ?? 0)
                    #expect(limits?.contains(difference) == true)
                    #expect(limits == -lower...upper)
                }
            }
        }
    }

    @Test("a planted contradiction is named by a cycle that is as negative as it says")
    func contradiction() throws {
        var random = SeededGenerator(seed: 32)
        var found = 0
        for _ in 0..<300 {
            var clocks = Clocks(count: Int.random(in: 3...8, using: &random), random: &random)
            guard let index = clocks.intervals.indices.randomElement(using: &random) else { continue }
            let shift = Int64.random(in: 200_000...900_000, using: &random)
            let old = clocks.intervals[index].limits
            clocks.intervals[index].limits = (old.lowerBound + shift)...(old.upperBound + shift)
            do {
                let closed = try clocks.graph.closed()
                // Without a second path between the two nothing can contradict it.
                let (node, other, limits) = clocks.intervals[index]
                #expect(closed.limits(of: node, over: other) == limits)
            } catch {
                found += 1
                #expect(error.nanoseconds > 0)
                #expect(Set(error.nodes).count == error.nodes.count)
                var length: Int64 = 0
                for (from, to) in zip(error.nodes, error.nodes.dropFirst() + error.nodes.prefix(1)) {
                    let edges = clocks.intervals.compactMap { node, other, limits -> Int64? in
                        if other == from, node == to { return limits.upperBound }
                        return node == from && other == to ? -limits.lowerBound : nil
                    }
                    length += try #require(edges.min(), "no constraint from \(from) to \(to)")
                }
                #expect(length == -error.nanoseconds)
            }
        }
        #expect(found > 100)
    }

    @Test("three clocks of which each is said to be ahead of the next contradict one another")
    func threeClocks() {
        var graph = ClockGraph()
        graph.add(10...20, of: "a", over: "b")
        graph.add(10...20, of: "b", over: "c")
        graph.add(10...20, of: "c", over: "a")
        do {
            _ = try graph.closed()
            Issue.record("no contradiction was found")
        } catch {
            #expect(Set(error.nodes) == ["a", "b", "c"])
            #expect(error.nanoseconds == 30)
        }
    }

    @Test("limits at the ends of the numbers neither overflow nor say anything")
    func extremes() throws {
        var graph = ClockGraph()
        for node in ["b", "c", "d"] {
            graph.add(Int64.min...Int64.max, of: node, over: "a")
            graph.add(-1...Int64.max, of: node, over: "e")
        }
        let closed = try graph.closed()
        #expect(closed.limits(of: "b", over: "a") == nil)
        #expect(closed.limits(of: "b", over: "e") == nil)
        #expect(closed.limits(of: "a", over: "a") == 0...0)
        graph.add(Int64.min...Int64.min, of: "b", over: "a")
        graph.add(Int64.max...Int64.max, of: "b", over: "a")
        #expect(throws: ClockContradiction.self) { try graph.closed() }
    }
}

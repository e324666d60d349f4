import Measures
import Schedule
import Testing
import Timeline

@testable import Decomposition

@Suite("Ways that requests' packets took")
struct RequestWayTests {
    private static let second: Int64 = 1_000_000_000

    /// 100 a second. No answer leaves so near to the edge of a second that its clocks cannot say in which.
    private func drawn(_ count: Int, seed: UInt64) -> [MadeRun.Request] {
        var random = SeededGenerator(seed: seed, stream: "ways")
        return (0..<count).map { index in
            var request = MadeRun.Request(intended: Int64(index) * 10_000_000 + 1_000_000)
            request.out = .random(in: 0...3_000_000, using: &random)
            request.server = .random(in: 0...4_000_000, using: &random)
            request.back = .random(in: 0...400_000, using: &random)
            request.port = 40_000 + UInt16(index % 16)
            return request
        }
    }

    private struct Truth {
        let out: [Int64: [Int64]]
        let back: [Int64: [Int64]]

        init(_ run: MadeRun) {
            out = Dictionary(grouping: run.requests) { $0.leaves / second }.mapValues {
                $0.map { $0.arrives - $0.leaves }.sorted()
            }
            back = Dictionary(grouping: run.requests) { $0.answers / second }.mapValues {
                $0.map { $0.comes - $0.answers }.sorted()
            }
        }
    }

    private func ways(_ run: MadeRun) throws -> (out: RequestWay, back: RequestWay) {
        let ways = run.splitting().finish(run.timeline).ways
        #expect(ways.map(\.from) == ["client", "web"] && ways.map(\.to) == ["web", "client"])
        return (try #require(ways.first), try #require(ways.last))
    }

    private func number(_ second: RequestSecond) -> Int64 { second.start.nanoseconds / Self.second }

    @Test(
        "every second's interval holds the truth, out and back, whatever the clocks show",
        arguments: 0..<12
    )
    func truth(_ seed: Int) throws {
        var run = MadeRun(requests: drawn(500, seed: UInt64(seed)))
        run.serverOffset = [0, 42_123_456_789, -86_400_000_000_000][seed % 3]
        run.serverPPM = [0, 25, -80, 100][seed % 4]
        run.clockBound = [200, 40_000, 5_000_000][seed % 3]
        let ways = try ways(run)
        let truth = Truth(run)
        for (way, known) in [(ways.out, truth.out), (ways.back, truth.back)] {
            #expect(way.seconds.map(number) == known.keys.sorted())
            for second in way.seconds {
                let values = try #require(known[number(second)])
                let latency = second.latency
                #expect(latency.count == values.count)
                for (measured, real) in [
                    (latency.least, values[0]), (latency.median, values[(values.count - 1) / 2]),
                    (latency.greatest, values[values.count - 1]),
                ] {
                    #expect(
                        abs(measured.nanoseconds - real) <= latency.bound.nanoseconds,
                        "\(measured), in truth \(real), ± \(latency.bound)"
                    )
                }
            }
        }
    }

    @Test("a delay on one way shows on that way and in its seconds alone", arguments: [true, false])
    func delay(isOut: Bool) throws {
        let added: Int64 = 3_000_000
        var run = MadeRun(requests: (0..<600).map { .init(intended: $0 * 10_000_000 + 1_000_000) })
        for index in run.requests.indices where (2..<4).contains(run.requests[index].leaves / Self.second) {
            if isOut { run.requests[index].out += added } else { run.requests[index].back += added }
        }
        let edges = [0, 2, 4, 6].map { Instant(.seconds($0)) }
        run.phases = [
            Phase(kind: .baseline, start: edges[0], end: edges[1]),
            Phase(kind: .fault(id: "slow#1", name: "slow"), start: edges[1], end: edges[2]),
            Phase(kind: .recovery(after: "slow#1"), start: edges[2], end: edges[3]),
        ]
        let ways = try ways(run)
        for (way, plain, isSlow) in [(ways.out, 30_000, isOut), (ways.back, 25_000, !isOut)] {
            let floor = try #require(way.floor).nanoseconds
            for second in way.seconds {
                let real = Int64(plain) + (isSlow && (2..<4).contains(number(second)) ? added : 0)
                let bound = second.latency.bound.nanoseconds
                #expect(abs(second.latency.median.nanoseconds - real) <= bound)
                #expect(bound < added / 10, "\(bound)")
            }
            #expect(abs(floor - Int64(plain)) < added / 10)
            #expect(way.byPhase[0].change == nil)
            for (index, real) in [(1, isSlow ? added : 0), (2, 0)] {
                let change = try #require(way.byPhase[index].change)
                #expect(abs(change.value.nanoseconds - real) <= change.bound.nanoseconds)
                #expect(way.byPhase[index].latency?.count == 200)
            }
        }
    }

    @Test("without a split request there are no ways")
    func nothing() {
        var run = MadeRun(requests: drawn(5, seed: 1))
        run.hasServer = false
        #expect(run.splitting().finish(run.timeline).ways.isEmpty)
    }

    @Test("the interval of a second's median holds it, and a second takes no more memory for more requests")
    func memory() throws {
        var random = SeededGenerator(seed: 6, stream: "tally")
        for _ in 0..<300 {
            var tally = WayTally()
            let most = Int64.random(in: 1...(1 << Int64.random(in: 1...40, using: &random)), using: &random)
            let values = (0..<Int.random(in: 1...200, using: &random)).map { _ in
                Int64.random(in: 0...most, using: &random)
            }
            for value in values { tally.add(value, bound: 5) }
            let latency = try #require(tally.latency)
            let sorted = values.sorted()
            let median = sorted[(sorted.count - 1) / 2]
            #expect(latency.least.nanoseconds == sorted[0])
            #expect(latency.greatest.nanoseconds == sorted[sorted.count - 1])
            let error = abs(latency.median.nanoseconds - median)
            #expect(error + 5 <= latency.bound.nanoseconds, "\(error) ± \(latency.bound)")
            #expect(latency.bound.nanoseconds <= 6 + median / 128)
        }
        var tally = WayTally()
        for _ in 0..<50_000 { tally.add(.random(in: 20_000_000...40_000_000, using: &random), bound: 1) }
        #expect(tally.buckets.count <= 2 * 128, "\(tally.buckets.count)")
    }
}

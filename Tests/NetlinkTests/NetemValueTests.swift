import Impairments
import Measures
import Netlink
import Testing

@Suite("netem values")
struct NetemValueTests {
    @Test("the normal table is symmetric, rising, without mean, and as wide as its scale")
    func normal() throws {
        let entries = try #require(DelayDistribution.normal.entries).map { Double($0) }
        #expect(entries.count == 4096)
        #expect(zip(entries, entries.reversed()).allSatisfy { $0 == -$1 })
        #expect(zip(entries, entries.dropFirst()).allSatisfy { $0 <= $1 })
        let deviation = (entries.reduce(0) { $0 + $1 * $1 } / 4096).squareRoot()
        #expect(abs(deviation / 8192 - 1) < 0.001, "standard deviation \(deviation)")
    }

    @Test(
        "each of iproute2's entries, the quantile at (i + 1/8) / 4096, lies between two neighbours of ours, at ½",
        arguments: [(1, -28307), (2, -26871), (3, -25967), (4, -25298)]
    )
    func iproute2(index: Int, entry: Int) throws {
        let entries = try #require(DelayDistribution.normal.entries)
        #expect((Int(entries[index - 1])...Int(entries[index])).contains(entry))
    }

    @Test("a Pareto table is the quantile function, cut where 16 bits end")
    func pareto() throws {
        let entries = try #require(DelayDistribution.pareto.entries)
        // p = ½ + 1/8192: (1-p)^(-1/3) = 1.26003…, less 1.5, times 4/3 · 8192.
        #expect(entries[2048] == -2622 || entries[2048] == -2621)
        #expect(entries.first == -5461)
        #expect(entries.last == 32767)
    }

    @Test("without jitter no table is sent, with a table each entry is, and uniform needs none")
    func tables() throws {
        let size = { (jitter: Duration, table: DelayDistribution) in
            let spec = NetemSpec(Impairment(latency: .milliseconds(9), jitter: jitter, distribution: table))
            return try Request.qdisc(.add, .netem(spec), link: 1, parent: .root, handle: Handle(1)).payload
                .count
        }
        let bare = try size(.milliseconds(1), .uniform)
        #expect(try size(.zero, .normal) == size(.zero, .uniform))
        #expect(try size(.milliseconds(1), .normal) == bare + 4 + 2 * 4096)
        // Three entries are six bytes, padded to eight.
        #expect(try size(.milliseconds(1), .entries([1, 2, 3])) == bare + 4 + 8)
    }

    @Test("the limit holds all that a line of 10 Gbit/s can send during the longest delay")
    func limit() {
        #expect(NetemSpec().computedLimit == 1000)
        #expect(NetemSpec(Impairment(latency: .seconds(1))).computedLimit == 14_881_952)
        #expect(NetemSpec(Impairment(latency: .seconds(1)), limit: 50).computedLimit == 50)
        // 4 jitters are the furthest that a table reaches.
        #expect(
            NetemSpec(Impairment(jitter: .milliseconds(250))).computedLimit
                == NetemSpec(Impairment(latency: .seconds(1))).computedLimit
        )
        // Shaped to 512 kbit/s: 1000 smallest packets a second.
        let shaped = NetemSpec(Impairment(latency: .seconds(2), rate: LineRate(bitsPerSecond: 512_000)))
        #expect(shaped.computedLimit == 3000)
        #expect(NetemSpec(Impairment(latency: .seconds(1_000_000))).computedLimit == 2_000_001_000)
    }

    @Test("a longer delay never has a smaller limit")
    func monotone() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<10_000 {
            let base = Duration(nanoseconds: Int64.random(in: 0...10_000_000_000, using: &generator))
            let more = Duration(nanoseconds: Int64.random(in: 0...10_000_000_000, using: &generator))
            #expect(
                NetemSpec(Impairment(latency: base)).computedLimit
                    <= NetemSpec(Impairment(latency: base + more)).computedLimit
            )
        }
    }

    @Test("what is requested is what reads back, in whole nanoseconds")
    func readback() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<1000 {
            let latency = Int64.random(in: 0...500_000_000_000, using: &generator)
            let jitter = Int64.random(in: 0...2_147_483_647, using: &generator)
            let share = try #require(Share(attos: UInt64.random(in: 0...Share.one.attos, using: &generator)))
            let spec = NetemSpec(
                Impairment(
                    latency: Duration(nanoseconds: latency),
                    jitter: Duration(nanoseconds: jitter),
                    loss: .random(share)
                )
            )
            let request = try Request.qdisc(.add, .netem(spec), link: 4, parent: .root, handle: Handle(1))
            let object = try #require(
                TrafficControlObject(Answer(type: request.type, payload: request.payload))
            )
            let seen = try #require(NetemReadback(object))
            #expect(seen.latencyNanoseconds == latency)
            #expect(seen.jitterNanoseconds == jitter)
            #expect(seen.loss == share.scaled32)
            #expect(seen.limit == spec.computedLimit)
        }
    }
}

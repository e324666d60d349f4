import Impairments
import Measures
import Testing

@Suite("A slower line")
struct LinePacerTests {
    @Test(
        "takes exactly its time for 100,000 packets in a row",
        arguments: [999_500, 1_000_000, 3, 7_777_777, 10_000_000_000] as [UInt64]
    )
    func exact(_ rate: UInt64) {
        var line = LinePacer(LineRate(bitsPerSecond: rate))
        var generator = SeededGenerator(seed: 2)
        var bytes: UInt64 = 0
        var last: Int64 = 0
        for _ in 0..<100_000 {
            let length = UInt32(generator.next() % 1500) + 1
            bytes += UInt64(length)
            last = line.pass(length: length, at: 0)
        }
        let (high, low) = (bytes * 8).multipliedFullWidth(by: 1_000_000_000)
        #expect(last == Int64(rate.dividingFullWidth((high, low)).quotient))
    }

    @Test("one packet: length and overhead · 8 / rate, from when it is there and the one before is through")
    func single() {
        var line = LinePacer(LineRate(bitsPerSecond: 8000, packetOverhead: 4))
        #expect(line.pass(length: 96, at: 1000) == 100_001_000)
        #expect(line.pass(length: 96, at: 2000) == 200_001_000)
        #expect(line.pass(length: 46, at: 900_000_000) == 950_000_000)
        var lean = LinePacer(LineRate(bitsPerSecond: 8000, packetOverhead: -14))
        #expect(lean.pass(length: 114, at: 0) == 100_000_000)
        #expect(lean.pass(length: 10, at: 0) == 100_000_000, "a length below nothing is nothing")
    }

    @Test("a burst leaves at once after a pause, and not a byte more; then the rate holds")
    func burst() {
        var line = LinePacer(LineRate(bitsPerSecond: 8_000_000, burst: 3000))
        let leaves = (0..<6).map { _ in line.pass(length: 1000, at: 0) }
        #expect(leaves == [0, 0, 0, 1_000_000, 2_000_000, 3_000_000])
        // Two milliseconds of pause fill two packets' worth.
        #expect(
            (0..<3).map { _ in line.pass(length: 1000, at: 5_000_000) } == [5_000_000, 5_000_000, 6_000_000]
        )
        #expect(
            line.pass(length: 9000, at: 6_000_000) == 9_000_000,
            "longer than the bucket: when it is full"
        )
        #expect(
            line.pass(length: 1000, at: 6_000_000) == 16_000_000,
            "and what it took is missing afterwards"
        )
    }

    @Test("in no stretch of time does more leave than burst + rate · time")
    func bucket() {
        let (rate, burst): (UInt64, UInt32) = (999_500, 5000)
        var line = LinePacer(LineRate(bitsPerSecond: rate, burst: burst))
        var generator = SeededGenerator(seed: 4)
        var now: Int64 = 0
        // What must have flowed out of a bucket that fills as packets leave: never above the burst.
        var (level, latest) = (0.0, Int64(0))
        for _ in 0..<20_000 {
            now += Int64(generator.next() % 12_000_000)
            let length = UInt32(generator.next() % 1500) + 1
            let leaves = line.pass(length: length, at: now)
            #expect(leaves >= max(now, latest))
            level = max(0, level - Double(leaves - latest) * 1e-9 * Double(rate) / 8) + Double(length)
            latest = leaves
            #expect(level <= Double(burst) + 1e-3)
        }
    }
}

@Suite("Packets that overtake")
struct ReorderTests {
    private static func overtaken(_ asked: Reordering, count: Int) -> [Bool] {
        var draws = ReorderDraws(asked, SeededGenerator(seed: 8, stream: "test"))
        return (0..<count).map { _ in draws.next() }
    }

    @Test("with certainty, exactly every gap-th overtakes", arguments: [1, 2, 5] as [UInt32])
    func everyGap(_ gap: UInt32) {
        let found = Self.overtaken(Reordering(share: .one, gap: gap), count: 100)
        #expect(found == (1...100).map { $0 % Int(gap) == 0 })
    }

    @Test(
        "with a share, one in gap - 1 + 1 / share does, and never two within a gap",
        arguments: [1, 5] as [UInt32]
    )
    func share(_ gap: UInt32) throws {
        let share = try #require(Share("25%"))
        let count = 200_000
        let found = Self.overtaken(Reordering(share: share, gap: gap), count: count)
        let cycle = Double(gap) - 1 + 4
        // The number of cycles scatters by less than a binomial count would.
        let expected = Double(count) / cycle
        #expect(abs(Double(found.count { $0 }) - expected) < 5 * expected.squareRoot())
        let places = found.indices.filter { found[$0] }
        #expect(zip(places, places.dropFirst()).allSatisfy { $1 - $0 >= Int(gap) })
    }

    @Test("correlated, one follows another far more often than one follows any packet")
    func correlated() throws {
        let share = try #require(Share("30%"))
        let (count, asked) = (100_000, Reordering(share: share, correlation: try #require(Share("80%"))))
        let found = Self.overtaken(asked, count: count)
        let all = Double(found.count { $0 })
        let afterOne = Double(zip(found, found.dropFirst()).count { $0 && $1 }) / all
        #expect(all > 500 && afterOne > 5 * all / Double(count), "\(afterOne) after one, \(all) in all")
        let independent = Self.overtaken(Reordering(share: share), count: count)
        let pairs = zip(independent, independent.dropFirst()).count { $0 && $1 }
        #expect(abs(Double(pairs) / Double(independent.count { $0 }) - 0.3) < 0.02)
    }
}

import Measures
import Recording
import Testing

@testable import Decomposition

@Suite("A host's wall clock")
struct WallClockTests {
    private let second: Int64 = 1_000_000_000

    @Test("a stamp's instant is within its bound of the truth, between readings and beyond them")
    func truth() throws {
        var random = SeededGenerator(seed: 2, stream: "wall")
        let difference: Int64 = 1_700_000_000_123_456_789
        let readings = (0..<50).map { index in
            let half = Int64.random(in: 20...9000, using: &random)
            return RealtimeOffset(
                local: Int64(index) * second,
                offset: difference + .random(in: -half...half, using: &random),
                halfWidth: half
            )
        }
        let clock = WallClock(readings.shuffled(using: &random))
        for _ in 0..<5000 {
            let local = Int64.random(in: -3 * second...60 * second, using: &random)
            let moment = try #require(clock.moment(realtime: local + difference))
            #expect(abs(moment.local - local) <= moment.bound)
            #expect(moment.bound <= 9001)
        }
    }

    @Test(
        "a stamp from around a step has no instant, forward or back; others keep theirs",
        arguments: [3.0, -3.0]
    )
    func steps(_ jump: Double) {
        let difference: Int64 = 1_700_000_000_000_000_000
        let by = Int64(jump * 1e9)
        let readings = (0..<20).map { index in
            RealtimeOffset(
                local: Int64(index) * second,
                offset: difference + (index < 10 ? 0 : by),
                halfWidth: 30
            )
        }
        let clock = WallClock(readings)
        #expect(clock.moment(realtime: difference + 2 * second)?.local == 2 * second)
        #expect(clock.moment(realtime: difference + by + 17 * second)?.local == 17 * second)
        // Shown in neither stretch, or in both.
        let around = jump > 0 ? difference + 11 * second : difference + 8 * second
        #expect(clock.moment(realtime: around) == nil)
        #expect(clock.wasStepped(from: 8 * second, to: 9 * second + 1))
        #expect(!clock.wasStepped(from: 2 * second, to: 8 * second))
        #expect(!clock.wasStepped(from: 11 * second, to: 12 * second))
    }

    @Test("without a reading nothing has an instant")
    func nothing() {
        #expect(WallClock([]).moment(realtime: 5) == nil && WallClock([]).isEmpty)
    }
}

@Suite("First copies of bytes")
struct CoveredBytesTests {
    @Test("a range is news exactly when a byte of it was not seen")
    func property() {
        var random = SeededGenerator(seed: 3, stream: "covered")
        for _ in 0..<500 {
            var covered = CoveredBytes()
            var seen: Set<UInt32> = []
            for _ in 0..<30 {
                let start = UInt32.random(in: 0..<60, using: &random)
                let range = start..<(start + .random(in: 0...12, using: &random))
                #expect(covered.add(range) == range.contains { !seen.contains($0) })
                seen.formUnion(range)
            }
        }
    }
}

import Measures
import ReferenceTime
import Testing

@Suite("A host's offset over a run")
struct ClockTrackTests {
    /// A true offset that wanders by at most `driftPPM`, and readings that hold it, with a gap in the middle.
    private struct Wander {
        var truth: [(local: Int64, offset: Int64)] = []
        var readings: [ClockModel] = []

        init(seed: UInt64, driftPPM: Int64, gap: Range<Int64>) {
            var random = SeededGenerator(seed: seed)
            var offset = Int64.random(in: -1_000_000...1_000_000, using: &random)
            let step: Int64 = 10_000_000
            for local in stride(from: Int64(0), to: 10_000_000_000, by: Int64.Stride(step)) {
                truth.append((local, offset))
                if !gap.contains(local), Int.random(in: 0..<5, using: &random) == 0 {
                    let below = Int64.random(in: 0...20_000, using: &random)
                    let above = Int64.random(in: 0...20_000, using: &random)
                    readings.append(
                        ClockModel(
                            time: local,
                            low: offset - below,
                            high: offset + above,
                            driftPPM: driftPPM
                        )
                    )
                }
                let most = step / 1_000_000 * driftPPM
                offset += Int64.random(in: -most...most, using: &random)
            }
            readings.shuffle(using: &random)
        }
    }

    @Test("holds the truth everywhere, in gaps too, and is nowhere wider than one reading carried along")
    func truth() throws {
        for seed in 0..<40 {
            let gap: Range<Int64> = 3_000_000_000..<7_000_000_000
            let world = Wander(seed: UInt64(seed), driftPPM: 200, gap: gap)
            let track = ClockTrack(world.readings)
            for (local, offset) in world.truth {
                let limits = try #require(track.limits(at: local))
                #expect(limits.contains(offset), "seed \(seed), local \(local)")
                for reading in world.readings {
                    let alone = reading.limits(at: local)
                    #expect(alone.lowerBound <= limits.lowerBound && limits.upperBound <= alone.upperBound)
                }
            }
        }
    }

    @Test("in a gap the worst place is its middle")
    func gap() throws {
        let track = ClockTrack([
            ClockModel(time: 0, low: -100, high: 100, driftPPM: 200),
            ClockModel(time: 30_000_000_000, low: -100, high: 100, driftPPM: 200),
        ])
        let middle = try #require(track.limits(at: 15_000_000_000))
        #expect(middle == -3_000_100...3_000_100)
        #expect(try #require(track.limits(at: 29_000_000_000)) == -200_100...200_100)
    }

    @Test("what a slew changed between two readings is no drift, and is allowed for between them")
    func slew() throws {
        // 1 ms in a second: a chronyd that catches up. No oscillator of 200 ppm does that.
        let track = ClockTrack([
            ClockModel(time: 0, low: -110, high: 110, driftPPM: 200, slew: 7, slewHalfWidth: 10),
            ClockModel(
                time: 1_000_000_000,
                low: 999_800,
                high: 1_000_200,
                driftPPM: 200,
                slew: 1_000_007,
                slewHalfWidth: 20
            ),
        ])
        #expect(track.limits(at: 0) == -110...110)
        #expect(track.limits(at: 1_000_000_000) == 999_800...1_000_200)
        let middle = try #require(track.limits(at: 500_000_000))
        #expect(middle == -100_110...1_100_120)
        let still = ClockTrack([
            ClockModel(time: 0, low: -110, high: 110, driftPPM: 0, slew: 7, slewHalfWidth: 10),
            ClockModel(time: 1_000, low: 300, high: 900, driftPPM: 0, slew: 507, slewHalfWidth: 10),
        ])
        // −110 … 110 shifted by 500: what the second reading says of φ holds of the first as well.
        #expect(still.limits(at: 1_000) == 390...610)
    }

    @Test("between two epochs it holds both offsets, within each only its own")
    func epochs() throws {
        let track = ClockTrack([
            ClockModel(time: 0, low: 0, high: 10, driftPPM: 0, epoch: 0),
            ClockModel(time: 1_000, low: 5, high: 8, driftPPM: 0, epoch: 0),
            ClockModel(time: 2_000, low: 500, high: 510, driftPPM: 0, epoch: 1),
        ])
        #expect(track.limits(at: 500) == 5...8)
        #expect(track.limits(at: 1_500) == 5...510)
        #expect(track.limits(at: 2_500) == 500...510)
        #expect(track.limits(at: -5) == 5...8)
        #expect(ClockTrack([]).limits(at: 0) == nil)
    }
}

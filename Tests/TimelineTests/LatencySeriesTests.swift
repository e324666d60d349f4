import Measures
import Recording
import Schedule
import Testing

@testable import Timeline

struct LatencySeriesTests {
    private static func exchange(at due: Duration, takes latency: Duration) -> Exchange {
        let due = Instant(due)
        return Exchange(
            intended: due,
            sent: due,
            firstByte: due + latency,
            done: due + latency,
            outcome: .answered(status: 200)
        )
    }

    @Test("a rank in any ranges of slices is what sorting their values gives, to the bucket")
    func ranks() throws {
        var generator = SeededGenerator(seed: 9)
        let phases = [
            Phase(kind: .baseline, start: .zero, end: Instant(.seconds(7))),
            Phase(kind: .fault(id: "x#1", name: "x"), start: Instant(.seconds(7)), end: Instant(.seconds(9))),
        ]
        var slices = LatencySlices(phases)
        var all: [(at: Duration, latency: Int64?)] = []
        for _ in 0..<5000 {
            let at = Duration.seconds(generator.unit() * 9)
            let isServed = generator.unit() < 0.97
            let latency = Duration.microseconds(50 + Int64(generator.unit() * 90_000))
            all.append((at, isServed ? latency.nanoseconds : nil))
            slices.add(Self.exchange(at: at, takes: latency), isServed: isServed)
        }
        let series = try #require(slices.series(of: "baseline", until: Instant(.seconds(9))))
        #expect(series.lengths == [60])
        for ranges in [[0..<60], [3..<4], [10..<20, 15..<30, 59..<60], [0..<1, 0..<1]] {
            let values = ranges.flatMap { range in
                all.filter { entry in
                    let slice = Int(entry.at.nanoseconds / series.width.nanoseconds)
                    return entry.at < .seconds(7) && range.contains(min(59, slice))
                }.map { $0.latency ?? .max }
            }.sorted()
            #expect(series.due(in: ranges) == values.count)
            for rank in Set([1, values.count / 2, values.count * 9 / 10, values.count]) where rank > 0 {
                let found = series.value(ofRank: rank, in: ranges)
                if values[rank - 1] == .max {
                    #expect(found.least == .infinity)
                } else {
                    #expect(
                        found.least <= Double(values[rank - 1]) && Double(values[rank - 1]) <= found.greatest
                    )
                }
            }
        }
        #expect(slices.series(of: "nothing", until: Instant(.seconds(9))) == nil)
        #expect(try #require(slices.series(of: "x", until: Instant(.seconds(8)))).lengths == [10])
    }

    @Test("however long a run is and however many phases it has, there are a few thousand slices")
    func bounded() {
        let hour: Int64 = 3600
        for count in [1, 40, 400] {
            let phases = (0..<count).map { number in
                Phase(
                    kind: .recovery(after: "x#\(number)"),
                    start: Instant(.seconds(hour * Int64(number))),
                    end: Instant(.seconds(hour * Int64(number + 1)))
                )
            }
            let end = Instant(.seconds(hour * Int64(count)))
            var slices = LatencySlices(phases)
            slices.add(Self.exchange(at: .seconds(1), takes: .seconds(1)), isServed: true)
            let series = slices.series(of: "recovery", until: end)
            #expect((series?.slices ?? .max) <= 2400)
        }
    }
}

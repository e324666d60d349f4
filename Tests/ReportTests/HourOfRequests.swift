import Measures
import Timeline

@testable import Report

/// 3 600 s at 2 000 requests a second, put together from columns: 7.2 million requests without making each.
struct HourOfRequests {
    /// Every cell of 24 rows has a count of its own, so that no run of cells can be drawn as one.
    let noisy: Bool

    var report: Report {
        var sample = ReportSample()
        sample.seconds = 3600
        sample.columns = 600
        sample.rate = 0
        let empty = sample.timeline
        let timeline = Timeline(
            header: empty.header,
            phases: empty.phases,
            end: empty.end,
            loads: [load(of: empty)],
            faults: empty.faults,
            clocks: empty.clocks,
            notes: [],
            processes: empty.processes
        )
        return Report(
            timeline: timeline,
            verdict: sample.verdict(of: timeline),
            experimentFile: "",
            markers: [],
            loadFacts: []
        )
    }

    private func load(of empty: Timeline) -> LoadTimeline {
        var random = SeededGenerator(seed: 3)
        var bins: [Bin] = []
        for column in 0..<600 {
            var bin = Bin(heat: Array(repeating: 0, count: LatencyRows.count))
            bin.due = 12_000
            var left = bin.due
            let rows = noisy ? 12..<36 : 20..<26
            for row in rows where left > 0 {
                let share =
                    noisy
                    ? Int.random(in: 1...900, using: &random) : 1900 + Int.random(in: 0...150, using: &random)
                bin.heat[row] = min(left, share)
                left -= bin.heat[row]
            }
            if column % 3 == 0 {
                bin.bad = ["timed out": 3 + column % 7, "status 503": column % 5, "reset": 1]
            }
            bin.good = bin.due - bin.bad.values.reduce(0, +)
            bin.completed = 11_900 + Int.random(in: 0...200, using: &random)
            bin.p50 = .microseconds(Int.random(in: 2_500...3_500, using: &random))
            bin.p99 = .microseconds(Int.random(in: 9_000...40_000, using: &random))
            bin.max = .microseconds(Int.random(in: 50_000...900_000, using: &random))
            bins.append(bin)
        }
        let tally = tally
        return LoadTimeline(
            name: "browse",
            goodMeans: "status 200–399",
            total: tally,
            byPhase: empty.phases.map { _ in tally },
            binWidth: .seconds(6),
            bins: bins,
            slices: (0..<3600).map { second in
                // In the noisy hour no second is like its neighbour.
                let bad = noisy ? Int.random(in: 0...1999, using: &random) : second % 10 == 0 ? 2 : 0
                return Slice(start: Instant(.seconds(second)), due: 2000, good: 2000 - bad)
            },
            outages: [],
            bursts: BurstSummary(count: 900, longest: 9, varianceInflation: 2.2),
            lateness: Lateness(p50: .microseconds(10), p99: .microseconds(90), max: .milliseconds(4))
        )
    }

    /// 7.2 million latencies: 450 drawn ones, doubled until they are enough.
    private var tally: Tally {
        var random = SeededGenerator(seed: 9)
        var latencies = LatencyTable()
        for _ in 0..<450 { latencies.record(.microseconds(Int.random(in: 1_000...200_000, using: &random))) }
        var whole = LatencyTable()
        var power = latencies
        // 16 000 = 2^7 × 125
        for bit in 0..<14 {
            if 16_000 & (1 << bit) != 0 { whole.merge(power) }
            power.merge(power)
        }
        var tally = Tally()
        tally.due = 7_200_000
        tally.good = 7_199_000
        tally.bad = ["timed out": 1_000]
        tally.latencies = whole
        return tally
    }
}

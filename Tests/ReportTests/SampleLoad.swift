import Foundation
import Measures
import Schedule
import Timeline

/// The requests of one load of a `ReportSample`.
struct SampleLoad {
    let sample: ReportSample
    let phases: [Phase]
    let stream: Int

    private struct Answer {
        var latency: Double?
        var reason: String?
    }

    func load(_ name: String) -> LoadTimeline {
        var random = SeededGenerator(seed: sample.seed, stream: "\(stream)")
        let width = sample.seconds / Double(max(1, sample.columns))
        let seconds = Int(sample.seconds.rounded(.up))
        var bins = Array(
            repeating: Bin(heat: Array(repeating: 0, count: LatencyRows.count)),
            count: sample.columns
        )
        var latencies = Array(repeating: [Double](), count: sample.columns)
        var slices = (0..<seconds).map { Slice(start: Instant(.seconds($0)), due: 0, good: 0) }
        var byPhase = phases.map { _ in Tally() }
        var total = Tally()
        for index in 0..<Int(sample.seconds * sample.rate) {
            let at = Double(index) / sample.rate
            let answer = answer(at: at, &random)
            let bin = min(sample.columns - 1, Int(at / width))
            let phase = phases.lastIndex { $0.start.seconds <= at } ?? 0
            let isGood = answer.reason == nil
            count(answer, into: &total)
            count(answer, into: &byPhase[phase])
            bins[bin].due += 1
            slices[min(seconds - 1, Int(at))].due += 1
            if isGood {
                bins[bin].good += 1
                slices[min(seconds - 1, Int(at))].good += 1
            }
            if let reason = answer.reason { bins[bin].bad[reason, default: 0] += 1 }
            guard let latency = answer.latency else { continue }
            latencies[bin].append(latency)
            bins[bin].heat[LatencyRows.row(of: .seconds(latency))] += 1
            let done = Int((at + latency) / width)
            if done < bins.count { bins[done].completed += 1 }
        }
        for index in bins.indices { quantiles(of: latencies[index], into: &bins[index]) }
        return LoadTimeline(
            name: name,
            goodMeans: "status 200–399 within 800 ms",
            total: total,
            byPhase: byPhase,
            binWidth: .seconds(width),
            bins: bins,
            slices: slices,
            outages: [],
            bursts: BurstSummary(count: 12, longest: 61, varianceInflation: 23.4),
            lateness: Lateness(p50: .microseconds(18), p99: .microseconds(140), max: .milliseconds(2))
        )
    }

    private func answer(at: Double, _ random: inout SeededGenerator) -> Answer {
        if random.unit() < sample.deadShare { return Answer(latency: nil, reason: "timed out") }
        // A log-normal-like body with a heavier tail: 3 ms in the middle.
        let body = (0..<6).reduce(0.0) { sum, _ in sum + random.unit() } - 3
        var latency = 0.003 * exp(0.8 * body)
        if random.unit() < 0.004 { latency *= 1 + 12 * random.unit() }
        for fault in sample.faults where at >= fault.start && at < fault.end {
            if fault.delay > 0, random.unit() < 0.35 { latency += fault.delay * (0.9 + 0.2 * random.unit()) }
            guard at < fault.start + fault.bites, random.unit() < fault.lostShare else { continue }
            if fault.reason.hasPrefix("status") { return Answer(latency: latency, reason: fault.reason) }
            return Answer(latency: nil, reason: random.unit() < 0.2 ? "reset" : fault.reason)
        }
        return Answer(latency: latency, reason: latency > 0.8 ? "too slow" : nil)
    }

    private func count(_ answer: Answer, into tally: inout Tally) {
        tally.due += 1
        if let reason = answer.reason { tally.bad[reason, default: 0] += 1 } else { tally.good += 1 }
        guard let latency = answer.latency else { return }
        tally.latencies.record(.seconds(latency))
        if answer.reason?.hasPrefix("status") == true { tally.wrong.record(.seconds(latency)) }
    }

    private func quantiles(of latencies: [Double], into bin: inout Bin) {
        let sorted = latencies.sorted()
        let due = Double(bin.due)
        let quantile = { (share: Double) -> Duration? in
            let rank = Int((due * share).rounded(.up))
            return rank >= 1 && rank <= sorted.count ? .seconds(sorted[rank - 1]) : nil
        }
        bin.p50 = quantile(0.5)
        bin.p99 = quantile(0.99)
        bin.max = sorted.last.map { .seconds($0) }
    }
}

import Measures
import Schedule
import Timeline

/// Made-up ways between hosts: what adds delay is on the second of a pair's ways, what loses requests loses probes.
struct SamplePaths {
    let sample: ReportSample
    let phases: [Phase]

    var all: [PathTimeline] {
        sample.pairs.enumerated().flatMap { index, pair in
            [way(pair.0, pair.1, stream: 2 * index), way(pair.1, pair.0, stream: 2 * index + 1)]
        }
    }

    /// Of the first pair alone, as if only its hosts were captured.
    var requests: [RequestWay] {
        guard let pair = sample.pairs.first else { return [] }
        return [requests(pair.0, pair.1, stream: 0), requests(pair.1, pair.0, stream: 1)]
            .sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    }

    private func requests(_ from: String, _ to: String, stream: Int) -> RequestWay {
        var random = SeededGenerator(seed: sample.seed, stream: "requests \(stream)")
        let seconds = (0..<Int(sample.seconds)).map { index in
            let delay = 0.00009 + 0.00001 * random.unit()
            return RequestSecond(
                start: Instant(.seconds(index)),
                end: Instant(.seconds(index + 1)),
                latency: RequestLatency(
                    count: 500,
                    least: .seconds(delay * 0.8),
                    median: .seconds(delay),
                    greatest: .seconds(delay * 3),
                    bound: sample.clockBound / 3
                )
            )
        }
        return RequestWay(from: from, to: to, seconds: seconds, phases: phases)
    }

    private func way(_ from: String, _ to: String, stream: Int) -> PathTimeline {
        var random = SeededGenerator(seed: sample.seed, stream: "way \(stream)")
        let seconds = (0..<Int(sample.seconds)).map { index -> PathSecond in
            let start = Double(index)
            let fault = sample.faults.first { $0.start <= start && start < $0.end && !$0.isMissing }
            let isHit = stream % 2 == 1 && from != "lb"
            let lost = isHit ? Int(20 * (fault?.lostShare ?? 0)) : 0
            let delay = 0.00018 + 0.00002 * random.unit() + (isHit ? fault?.delay ?? 0 : 0)
            return PathSecond(
                start: Instant(.seconds(start)),
                end: Instant(.seconds(start + 1)),
                sent: 20,
                answered: 20 - lost,
                lost: lost,
                latency: lost == 20
                    ? nil
                    : PathLatency(
                        least: .seconds(delay * 0.9),
                        median: .seconds(delay),
                        p99: .seconds(delay * 1.6),
                        bound: sample.clockBound
                    )
            )
        }
        return PathTimeline(from: from, to: to, seconds: seconds, phases: phases)
    }
}

import Measures
import Timeline

/// A value for each second, and the interval that certainly holds it, as steps: broken where seconds are missing.
struct StepLine: Sendable {
    struct Step: Sendable {
        let start: Instant
        let end: Instant
        let value: Duration
        let bound: Duration
    }

    let steps: [Step]

    /// The upper end of the highest interval, seconds.
    var highest: Double { steps.map { ($0.value + $0.bound).seconds }.max() ?? 0 }

    func line(x: (Instant) -> Double, y: LinearScale) -> PathData {
        var data = PathData()
        var end: Instant?
        for step in steps {
            let level = y.position(step.value.seconds)
            // Seconds follow one another to a few milliseconds.
            if let last = end, step.start - last < (step.end - step.start) / 4 {
                data.line(x(step.start), level)
            } else {
                data.move(x(step.start), level)
            }
            data.line(x(step.end), level)
            end = step.end
        }
        return data
    }

    func area(x: (Instant) -> Double, y: LinearScale) -> PathData {
        var data = PathData()
        for step in steps {
            let low = y.position((step.value - step.bound).seconds)
            let high = y.position((step.value + step.bound).seconds)
            data.move(x(step.start), low)
            data.line(x(step.start), high)
            data.line(x(step.end), high)
            data.line(x(step.end), low)
        }
        return data
    }
}

extension StepLine {
    /// The seconds' medians, as probes found them.
    init(_ path: PathTimeline) {
        steps = path.seconds.compactMap { second in
            second.latency.map {
                Step(start: second.start, end: second.end, value: $0.median, bound: $0.bound)
            }
        }
    }

    /// The seconds' medians, as the packets of requests took them.
    init(_ way: RequestWay) {
        steps = way.seconds.map {
            Step(start: $0.start, end: $0.end, value: $0.latency.median, bound: $0.latency.bound)
        }
    }
}

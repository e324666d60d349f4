import AgentProtocol
import Measures
import Plan

extension ArrivalProcess {
    init(_ wire: Faultline_Agent_V1_Load) throws {
        switch wire.arrivals {
        case .constantPerSecond(let rate): self = .constant(perSecond: try Self.rate(rate))
        case .poissonPerSecond(let rate): self = .poisson(perSecond: try Self.rate(rate))
        case .ramp(let ramp):
            self = .ramp(
                fromPerSecond: try Self.rate(ramp.fromPerSecond),
                toPerSecond: try Self.rate(ramp.toPerSecond)
            )
        case .steps(let wire):
            let steps = try wire.steps.map { step in
                RateStep(
                    perSecond: try Self.rate(step.perSecond),
                    lasting: try Self.length(step.lengthNs)
                )
            }
            guard (1...1000).contains(steps.count) else { throw WireError("\(steps.count) steps of a rate") }
            self = .steps(steps)
        case .sine(let sine):
            let (mean, amplitude) = (
                try Self.rate(sine.meanPerSecond), try Self.rate(sine.amplitudePerSecond)
            )
            guard amplitude <= mean else { throw WireError("a rate below zero") }
            self = .sine(
                SineRate(
                    meanPerSecond: mean,
                    amplitudePerSecond: amplitude,
                    period: try Self.length(sine.periodNs)
                )
            )
        case nil: throw WireError("load \(wire.name) has no rate")
        }
    }

    private static func rate(_ value: Double) throws -> Double {
        guard value.isFinite, (0...200_000).contains(value) else { throw WireError("a rate of \(value)/s") }
        return value
    }

    /// A day at most, as in a plan.
    private static func length(_ nanoseconds: Int64) throws -> Duration {
        guard (1_000_000...86_400_000_000_000).contains(nanoseconds) else {
            throw WireError("a stretch of \(nanoseconds) ns")
        }
        return Duration(nanoseconds: nanoseconds)
    }
}

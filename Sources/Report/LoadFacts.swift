import Measures
import Plan

/// How a load was made, in words for the method box.
struct LoadFacts: Sendable, Equatable {
    let name: String
    let request: String
    let arrivals: String
    let connections: Int

    init(name: String, request: String, arrivals: String, connections: Int) {
        self.name = name
        self.request = request
        self.arrivals = arrivals
        self.connections = connections
    }

    init(_ plan: LoadPlan) {
        let rate: (Double) -> String = { "\(Figures.rate($0))/s" }
        let arrivals =
            switch plan.arrivals {
            case .constant(let perSecond): "\(rate(perSecond)), evenly spaced"
            case .poisson(let perSecond): "\(rate(perSecond)) on average, exponential gaps from the seed"
            case .ramp(let from, let to): "\(rate(from)) to \(rate(to)), linear over the run"
            case .steps(let steps):
                steps.map { "\(rate($0.perSecond)) for \($0.lasting.text)" }.joined(separator: ", then ")
            case .sine(let sine):
                "\(rate(sine.meanPerSecond)) ± \(rate(sine.amplitudePerSecond)), a sine of \(sine.period.text)"
            case .trace(let trace): trace.text
            case .closed(let users, let think):
                "\(Figures.count(users, "user")) of a closed model, \(think.text)"
            }
        self.init(
            name: plan.name,
            request:
                "\(plan.request.text) from \(plan.senders.text), time-out \(plan.request.timeout.text)",
            arrivals: arrivals,
            connections: plan.connections
        )
    }
}

package import Measures
package import Plan
package import Schedule

/// What decides when the requests of a load are due.
package enum ArrivalSource: Sendable {
    /// Open model: due times are known beforehand and wait for nobody.
    case schedule(ArrivalSequence)
    /// Open model, any due times: called once on the load's thread, the closure it gives once an arrival. Ascending.
    case listed(@Sendable () -> (() -> Instant?))
    /// Closed model: due times follow from outcomes.
    case closed(ClosedModel)

    /// What a load of a plan asks for, or the part of it that this host sends, until the run's end.
    package init(_ load: LoadPlan, end: Instant, seed: UInt64) {
        if case .closed(let users, let think) = load.arrivals {
            self = .closed(
                ClosedModel(
                    users: users,
                    think: think,
                    end: end,
                    seed: seed,
                    load: load.name,
                    share: load.share
                )
            )
        } else {
            self = .schedule(
                ArrivalSequence(
                    process: load.arrivals,
                    end: end,
                    seed: seed,
                    load: load.name,
                    share: load.share
                )
            )
        }
    }

    /// With any due times. Costs an allocation a request, in the generic iterator.
    package static func list(_ arrivals: some Sequence<Instant> & Sendable) -> ArrivalSource {
        .listed {
            var iterator = arrivals.makeIterator()
            return { iterator.next() }
        }
    }
}

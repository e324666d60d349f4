package import Measures
package import Schedule

/// What decides when the requests of a load are due.
package enum ArrivalSource: Sendable {
    /// Open model: due times are known beforehand and wait for nobody.
    case schedule(ArrivalSequence)
    /// Open model, any due times: called once on the load's thread, the closure it gives once an arrival. Ascending.
    case listed(@Sendable () -> (() -> Instant?))
    /// Closed model: due times follow from outcomes.
    case closed(ClosedModel)

    /// With any due times. Costs an allocation a request, in the generic iterator.
    package static func list(_ arrivals: some Sequence<Instant> & Sendable) -> ArrivalSource {
        .listed {
            var iterator = arrivals.makeIterator()
            return { iterator.next() }
        }
    }
}

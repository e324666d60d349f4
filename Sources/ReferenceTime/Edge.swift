/// An instant of the reference clock at which something is to begin or end on a host (clocks.md, section 8.7).
package struct Edge: Sendable, Hashable {
    /// Nanoseconds of the reference clock.
    package let reference: Int64
    package let rule: Rule

    package enum Rule: Sendable, Hashable {
        /// As near as the clock is known: at the middle of the interval.
        case nearest
        /// Not before, whatever the offset is within its interval; later by up to its width. (Spanner's commit-wait.)
        case notBefore
    }

    package init(reference: Int64, rule: Rule = .nearest) {
        self.reference = reference
        self.rule = rule
    }

    /// The edge on a host whose clock is known so well; the model's growth until then is part of the bound.
    package func armed(by model: ClockModel) -> Armed {
        let local = model.local(reference: reference)
        let instant =
            switch rule {
            case .nearest: local.nanoseconds
            case .notBefore: local.latest
            }
        return Armed(local: instant, interval: model.reference(local: instant))
    }

    package struct Armed: Sendable, Hashable {
        /// Where it is armed: nanoseconds of the host's CLOCK_MONOTONIC.
        package let local: Int64
        /// Where on the reference clock that certainly lies.
        package let interval: ClockModel.Converted
    }
}

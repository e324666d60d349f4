package import Measures

/// A fault's edge as it is set on one host: known before it comes, and set again shortly before, when the clock is known
/// best.
package struct Arming: Sendable, Codable, Equatable {
    /// The scheduled fault's id, "slow#1".
    package var fault: String
    package var edge: Edge
    /// Where the edge certainly lies, by what the host's clock is known to show.
    package var interval: BoundedInstant
    package var state: State

    package init(fault: String, edge: Edge, interval: BoundedInstant, state: State) {
        self.fault = fault
        self.edge = edge
        self.interval = interval
        self.state = state
    }

    package enum Edge: String, Sendable, Codable {
        case start
        case end
    }

    package enum State: String, Sendable, Codable {
        /// Set ahead of time; the bound still grows until then.
        case armed
        /// It was due already.
        case late
        /// Set for good, after a burst of clock probes.
        case settled
        /// The bound is beyond the experiment's limit, and the file asks not to begin then.
        case refused
    }
}

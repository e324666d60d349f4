import Measures

/// One host's part of a load over the run.
package struct SenderTimeline: Sendable {
    package let host: String
    /// Of the requests that are known; they are among the load's.
    package let due: Int
    package let good: Int
    /// As `LoadTimeline.generatorLateness`, of this host alone; nil without readings.
    package let generatorLateness: Duration?
    /// Requests of which nothing is known, since this host was lost; nil: it was not. They are in no other figure: what
    /// became of them is not known, and not the target's fault.
    package let missing: MissingRequests?
    /// As `LoadTimeline.slices`; empty where it is the only sender.
    package let slices: [Slice]

    package init(
        host: String,
        due: Int,
        good: Int,
        generatorLateness: Duration?,
        missing: MissingRequests? = nil,
        slices: [Slice] = []
    ) {
        self.host = host
        self.due = due
        self.good = good
        self.generatorLateness = generatorLateness
        self.missing = missing
        self.slices = slices
    }
}

/// How many requests a lost host leaves that were due, until the run ended.
package enum MissingRequests: Sendable, Equatable {
    case known(Int)
    /// Of a closed model nobody knows.
    case unknown
}

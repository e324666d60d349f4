/// Whether there is an order of all operations, each within its own time, in which a single copy would have answered as was
/// seen (Herlihy and Wing, "Linearizability: a correctness condition for concurrent objects", TOPLAS 12(3), 1990).
package enum Linearizability: Sendable, Equatable {
    case linearizable
    case violated(RegisterViolation)
    /// The search was given up after so many steps.
    case undecided(steps: Int)
}

/// A counter-example, by the places of the operations in the history that was given.
package enum RegisterViolation: Sendable, Equatable {
    /// Nobody wrote what this one read.
    case neverWritten(read: Int)
    /// It was over before its value began to be written.
    case fromTheFuture(read: Int, write: Int)
    /// The operations on one value and those on another lie so in time that neither value can have come first.
    case crossed([Int], [Int])
    /// However the operations are ordered, none of these can come next after the longest order that was found.
    case stuck([Int])
}

/// What others say of a host's CLOCK_REALTIME against UTC. Not used for the run's axis, which needs no wall clock; shown
/// beside it.
package struct WallClockReading: Sendable, Codable, Equatable {
    /// The kernel's, as whoever disciplines the clock told it; nil when nobody does.
    package var kernelErrorNanoseconds: Int64?
    /// chronyd's |correction| + root delay / 2 + root dispersion; nil where none answers.
    package var chronyErrorNanoseconds: Int64?

    package init(kernelErrorNanoseconds: Int64?, chronyErrorNanoseconds: Int64?) {
        self.kernelErrorNanoseconds = kernelErrorNanoseconds
        self.chronyErrorNanoseconds = chronyErrorNanoseconds
    }
}

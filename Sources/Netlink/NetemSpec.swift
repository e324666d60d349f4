package import Impairments

/// One netem qdisc: what it shall do to packets, and what concerns the qdisc alone.
///
/// Values that the kernel cannot hold are refused when the request is built, never cut.
package struct NetemSpec: Sendable, Hashable {
    package var impairment: Impairment
    /// Seed of the kernel's generator (Linux 6.6; older kernels ignore it).
    package var seed: UInt64?
    /// Packets held at most; nil: computed, so that a delay never becomes a loss by overflow.
    package var limit: UInt32?

    package init(_ impairment: Impairment = Impairment(), seed: UInt64? = nil, limit: UInt32? = nil) {
        self.impairment = impairment
        self.seed = seed
        self.limit = limit
    }
}

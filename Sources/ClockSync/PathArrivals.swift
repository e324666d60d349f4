/// Which probes of one session have arrived: the newest and the 63 before it. Pure.
package struct PathArrivals: Sendable, Hashable {
    private var newest: UInt64 = 0
    private var bits: UInt64 = 0

    package init() {}

    /// Notes an arrival. What the answer tells (see `PathPacket.arrived`), or nil for one that came before or is too old to
    /// know: it gets no answer.
    package mutating func note(_ sequence: UInt64) -> UInt64? {
        if bits == 0 || sequence > newest {
            let step = bits == 0 ? 64 : sequence - newest
            bits = (step < 64 ? bits << step : 0) | 1
            newest = sequence
            return bits
        }
        let age = newest - sequence
        guard age < 64, bits & (1 << age) == 0 else { return nil }
        bits |= 1 << age
        return bits >> age
    }
}

/// What a netem qdisc is set to, as the kernel tells: the observed side of "requested and observed".
package struct NetemReadback: Sendable, Hashable {
    package let latencyNanoseconds: Int64
    package let jitterNanoseconds: Int64
    /// Of 2^32 - 1; of the random model only.
    package let loss: UInt32
    package let duplicate: UInt32
    package let limit: UInt32

    /// nil unless it is a netem. `struct tc_netem_qopt`: latency, limit, loss, gap, duplicate, jitter; then attributes,
    /// of which LATENCY64 (10) and JITTER64 (11) are exact.
    package init?(_ object: TrafficControlObject) {
        let options = object.options
        guard object.kind == "netem", options.count >= 24 else { return nil }
        let word = { (index: Int) in options.integer(at: 4 * index, as: UInt32.self) }
        let attributes = Attribute.decode(options.dropFirst(24))
        let exact = { (type: UInt16, ticks: UInt32) in
            attributes.first { $0.type == type }?.payload.integer(at: 0, as: Int64.self) ?? Int64(ticks) * 64
        }
        latencyNanoseconds = exact(10, word(0))
        jitterNanoseconds = exact(11, word(5))
        loss = word(2)
        duplicate = word(4)
        limit = word(1)
    }
}

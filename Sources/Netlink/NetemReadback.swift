/// What a netem qdisc is set to, as the kernel tells: the observed side of "requested and observed". All but the entries of
/// a distribution, which the kernel tells nobody.
package struct NetemReadback: Sendable, Hashable {
    package let latencyNanoseconds: Int64
    package let jitterNanoseconds: Int64
    /// Of 2^32 - 1, like all shares here; of the random model only.
    package let loss: UInt32
    package let duplicate: UInt32
    package let gap: UInt32
    package let limit: UInt32
    /// Of delay, loss, duplicate.
    package let correlations: [UInt32]
    /// Share and correlation.
    package let reorder: [UInt32]
    package let corrupt: [UInt32]
    /// Kind of the model, as its TCA_NETEM_LOSS number, and its chances; empty for the random one.
    package let lossModel: [UInt32]
    /// Bytes a second; with the overhead, the cells' size and their overhead (`tc_netem_rate`).
    package let rate: UInt64
    package let rateWords: [UInt32]
    /// `tc_netem_slot` without its distribution; empty: none.
    package let slots: [UInt8]
    /// nil: none was given, or the kernel does not know of seeds (before Linux 6.6).
    package let seed: UInt64?

    /// nil unless it is a netem.
    package init?(_ object: TrafficControlObject) {
        guard object.kind == "netem" else { return nil }
        self.init(options: object.options)
    }

    /// `struct tc_netem_qopt`: latency, limit, loss, gap, duplicate, jitter; then attributes. The kernel tells more of them
    /// than it was given, with zeros.
    init?(options: [UInt8]) {
        guard options.count >= 24 else { return nil }
        let word = { (index: Int) in options.integer(at: 4 * index, as: UInt32.self) }
        let attributes = Attribute.decode(options.dropFirst(24))
        let payload = { (type: UInt16) in attributes.first { $0.type == type }?.payload }
        // LATENCY64 (10) and JITTER64 (11) are exact.
        let exact = { (type: UInt16, ticks: UInt32) in
            payload(type)?.integer(at: 0, as: Int64.self) ?? Int64(ticks) * 64
        }
        let words = { (type: UInt16, count: Int) in
            (0..<count).map { (payload(type) ?? []).integer(at: 4 * $0, as: UInt32.self) }
        }
        latencyNanoseconds = exact(10, word(0))
        jitterNanoseconds = exact(11, word(5))
        (limit, loss, gap, duplicate) = (word(1), word(2), word(3), word(4))
        correlations = words(1, 3)
        reorder = words(3, 2)
        corrupt = words(4, 2)
        let model = payload(5).flatMap { Attribute.decode($0).first }
        lossModel =
            model.map { model in
                [UInt32(model.type)]
                    + stride(from: 0, to: model.payload.count, by: 4).map {
                        model.payload.integer(at: $0, as: UInt32.self)
                    }
            } ?? []
        let line = words(6, 4)
        rate = payload(8)?.integer(at: 0, as: UInt64.self) ?? UInt64(line[0])
        rateWords = Array(line.dropFirst())
        slots = Array((payload(12) ?? []).prefix(24))
        seed = payload(14)?.integer(at: 0, as: UInt64.self)
    }

    /// Whether the kernel has all that was asked for. Errors: what was asked cannot be written as a request.
    package func equals(_ asked: NetemSpec) throws(NetlinkError) -> Bool {
        let options = try NetemAttributes.options(asked, operation: "compare netem")
        guard let wanted = NetemReadback(options: options) else { return false }
        return self.withoutSeed == wanted.withoutSeed && (seed == nil || seed == wanted.seed)
    }

    private var withoutSeed: [AnyHashable] {
        [
            latencyNanoseconds, jitterNanoseconds, loss, duplicate, gap, limit, correlations, reorder,
            corrupt,
            lossModel, rate, rateWords, slots,
        ]
    }
}
